import { effect, signal, type Signal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import { samples } from '../samples/index.ts';
import { readAddress, writeAddress, type Room, type Spot } from './address.ts';
import { noteRun, wasRun } from './consent.ts';
import { makeSession, type Session } from './session.ts';
import { nodeOfSpot, spotOfNode } from './spot.ts';

export interface Selection {
  readonly node?: number;
  readonly lane?: number;
  readonly element?: number;
}

/** Everything that the page shows. Views read it and set it; none talks to a worker itself. */
export interface Store {
  readonly room: Signal<Room>;
  readonly program: Signal<string>;
  readonly trace: Signal<Trace | undefined>;
  readonly selection: Signal<Selection>;
  /** The number of events that have happened; Infinity for all. */
  readonly step: Signal<number>;
  readonly device: Signal<string>;
  /** What the address says beside that: the keys of rooms, and unknown ones. */
  readonly others: Signal<Readonly<Record<string, string>>>;
  /** True while a program that came with the link waits to be read and run. */
  readonly unread: Signal<boolean>;
  /** One sentence about the link, if it cannot be read. */
  readonly notice: Signal<string>;
  readonly session: Omit<Session, 'run'> & {
    /** Runs the program as it stands, because the reader asked for it. */
    readonly run: () => Promise<void>;
  };
  /** Goes to a room; the way back leads here. */
  readonly go: (room: Room) => void;
  /** Shows a program of ours in the workbench, and runs it. */
  readonly open: (text: string) => Promise<void>;
}

const kept = 'cotangent-playground-program';

/** The text of this tab, if the browser keeps any. */
function keptText(): string | undefined {
  try {
    return sessionStorage.getItem(kept) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(text: string): void {
  try {
    sessionStorage.setItem(kept, text);
  } catch {
    // Without storage the text lives as long as the page.
  }
}

const isOurs = (text: string): boolean => samples.some((sample) => sample.text === text);

export function makeStore(): Store {
  const room = signal<Room>('figure-1');
  const program = signal(samples[0]!.text);
  const trace = signal<Trace | undefined>(undefined);
  const selection = signal<Selection>({});
  const step = signal(Infinity);
  const device = signal('reference');
  const others = signal<Readonly<Record<string, string>>>({});
  const unread = signal(false);
  const notice = signal('');
  const session = makeSession(trace);
  let spot: Spot | undefined;
  let written: string | undefined;

  async function run(): Promise<void> {
    const text = program.value;
    unread.value = false;
    await Promise.all([noteRun(text), session.run(text)]);
  }

  /** Takes over what the address says. A program runs unasked only if it is known. */
  async function read(): Promise<void> {
    const address = readAddress(location.hash);
    written = undefined;
    const ofSample = samples.find(({ name }) => name === address.sample)?.text;
    const text = address.program ?? ofSample ?? keptText() ?? samples[0]!.text;
    session.stop();
    room.value = address.room;
    program.value = text;
    step.value = address.step ?? Infinity;
    device.value = address.device ?? 'reference';
    others.value = address.others;
    notice.value = address.problem ?? '';
    selection.value = {};
    spot = address.spot;
    const isKnown = isOurs(text) || (await wasRun(text));
    if (program.value !== text) return;
    unread.value = !isKnown && address.program !== undefined;
    if (isKnown && address.room === 'workbench') await session.run(text);
  }

  // Once the trace is there, the link's place in the program is a node.
  effect(() => {
    const t = trace.value;
    if (!t || !spot) return;
    const node = nodeOfSpot(t, spot);
    spot = undefined;
    if (node !== undefined) selection.value = { node };
  });
  effect(() => keep(program.value));

  const current = (): string => {
    const text = program.value;
    const sample = samples.find((s) => s.text === text);
    const { node } = selection.value;
    const at = node !== undefined && trace.value ? spotOfNode(trace.value, node) : spot;
    return writeAddress({
      room: room.value,
      others: others.value,
      ...(room.value === 'workbench' && (sample ? { sample: sample.name } : { program: text })),
      ...(at && { spot: at }),
      ...(Number.isFinite(step.value) && { step: step.value }),
      ...(device.value !== 'reference' && { device: device.value }),
    });
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    timer = undefined;
    const next = current();
    if (next !== written) history.replaceState(null, '', `#${next}`);
    written = next;
  };
  effect(() => {
    const next = current();
    // An address that only names the same in other words stays as the reader wrote it.
    if (written === undefined) written = next;
    else if (next !== written) timer ??= setTimeout(write, 500);
  });
  function go(next: Room): void {
    if (next === room.value) return;
    room.value = next;
    written = current();
    history.pushState(null, '', `#${written}`);
    const text = program.value;
    const isIdle = session.status.value === 'idle' && !trace.value;
    if (next === 'workbench' && isIdle && isOurs(text)) void session.run(text);
  }
  addEventListener('hashchange', () => void read());
  addEventListener('pagehide', () => timer !== undefined && write());
  void read();

  return {
    room,
    program,
    trace,
    selection,
    step,
    device,
    others,
    unread,
    notice,
    session: { ...session, run },
    go,
    open: async (text) => {
      program.value = text;
      if (room.value !== 'workbench') go('workbench');
      await run();
    },
  };
}
