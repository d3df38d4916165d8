import { effect, signal, untracked, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Trace } from 'cotangent/inspect';
import { samples } from '../samples/index.ts';
import { isTooLong, readAddress, writeAddress, type Address, type Room, type Spot, type Tab } from './address.ts';
import { noteRun, wasRun } from './consent.ts';
import type { Choice } from './graphView.ts';
import { mostBytes } from './packed.ts';
import { makeSession, type Session } from './session.ts';
import { nodeOfSpot, spotOfNode } from './spot.ts';

export interface Selection {
  readonly node?: number;
  readonly element?: number;
}

/** Everything that the page shows. Views read it and set it; none talks to a worker itself. */
export interface Store {
  readonly room: Signal<Room>;
  readonly program: Signal<string>;
  readonly trace: Signal<Trace | undefined>;
  /** The text that the trace is of. */
  readonly ran: ReadonlySignal<string>;
  /** The reader's own program, if there is one: choosing one of ours does not lose it. */
  readonly own: ReadonlySignal<string | undefined>;
  readonly selection: Signal<Selection>;
  /** The number of events that have happened; Infinity for all. */
  readonly step: Signal<number>;
  readonly device: Signal<string>;
  /** The tab of the inspector. */
  readonly tab: Signal<Tab>;
  readonly choice: Choice;
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

/** The names of what a tab keeps: the text in its editor, and the last that is the reader's own. */
const [editor, owned] = ['cotangent-playground-program', 'cotangent-playground-own'] as const;

/** Returns a text of this tab, if the browser keeps any. */
function keptText(name: string): string | undefined {
  try {
    return sessionStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(name: string, text: string): void {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // Without storage the text lives as long as the page.
  }
}

/** The sentence about a program that a link cannot hold. */
const tooLong = `The program is above ${mostBytes / 1024} KB, so the link does not contain it.`;

const isOurs = (text: string): boolean => samples.some((sample) => sample.text === text);

export function makeStore(): Store {
  const room = signal<Room>('figure-1');
  const program = signal(keptText(editor) ?? samples[0]!.text);
  const trace = signal<Trace | undefined>(undefined);
  const selection = signal<Selection>({});
  const step = signal(Infinity);
  const device = signal('reference');
  const tab = signal<Tab>('Numbers');
  // At first, the first derivative is shown.
  const choice: Choice = { bookmark: signal(undefined), level: signal(1) };
  const others = signal<Readonly<Record<string, string>>>({});
  const unread = signal(false);
  const notice = signal('');
  const ran = signal('');
  const own = signal(keptText(owned));
  const session = makeSession(trace);
  let spot: Spot | undefined;
  let written: string | undefined;

  async function run(): Promise<void> {
    const text = program.value;
    unread.value = false;
    await Promise.all([noteRun(text), start(text)]);
  }

  let started = '';
  function start(text: string): Promise<void> {
    started = text;
    return session.run(text);
  }
  effect(() => {
    if (trace.value) ran.value = started;
  });

  /** Takes over what the address says. A program runs unasked only if it is known. */
  async function read(): Promise<void> {
    const address = readAddress(location.hash);
    written = undefined;
    const ofSample = samples.find(({ name }) => name === address.sample)?.text;
    const text = address.program ?? ofSample ?? program.peek();
    // The way back leads to what the reader wrote here, which came with no link.
    const isForeign = address.program !== undefined && text !== own.peek() && !isOurs(text);
    session.stop();
    // The graph belongs to the worker that has just been ended.
    trace.value = undefined;
    room.value = address.room;
    // Until it is known whether it ran here before, what came with the link counts as unread.
    unread.value = isForeign;
    program.value = text;
    step.value = address.step ?? Infinity;
    device.value = address.device ?? 'reference';
    tab.value = address.tab ?? 'Numbers';
    [choice.bookmark.value, choice.level.value] = [address.bookmark, address.level ?? 1];
    others.value = address.others;
    notice.value = address.problem ?? '';
    selection.value = {};
    spot = address.spot;
    const isKnown = isOurs(text) || (await wasRun(text));
    if (program.value !== text) return;
    unread.value = isForeign && !isKnown;
    if (isKnown && address.room === 'workbench') await start(text);
  }

  // Once the trace is there, the link's place in the program is a node.
  effect(() => {
    const t = trace.value;
    if (!t || !spot) return;
    const node = nodeOfSpot(t, spot);
    spot = undefined;
    if (node !== undefined) selection.value = { node };
  });
  effect(() => {
    // What came with a link is the reader's own once it was read and run.
    if (!unread.value && !isOurs(program.value)) own.value = program.value;
  });
  effect(() => {
    const isLong = room.value === 'workbench' && isTooLong(program.value);
    if (isLong) notice.value = tooLong;
    else if (notice.peek() === tooLong) notice.value = '';
  });

  const address = (): Address => {
    const text = program.value;
    const sample = samples.find((s) => s.text === text);
    const { node } = selection.value;
    const at = node !== undefined && trace.value ? spotOfNode(trace.value, node) : spot;
    return {
      room: room.value,
      others: others.value,
      ...(room.value === 'workbench' && (sample ? { sample: sample.name } : { program: text })),
      ...(at && { spot: at }),
      ...(Number.isFinite(step.value) && { step: step.value }),
      ...(device.value !== 'reference' && { device: device.value }),
      ...(choice.bookmark.value !== undefined && { bookmark: choice.bookmark.value }),
      ...(choice.level.value !== 1 && { level: choice.level.value }),
      ...(tab.value !== 'Numbers' && { tab: tab.value }),
    };
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    timer = undefined;
    const next = writeAddress(untracked(address));
    if (next !== written) history.replaceState(null, '', `#${next}`);
    written = next;
    keep(editor, program.peek());
    if (own.peek() !== undefined) keep(owned, own.peek()!);
  };
  effect(() => {
    const next = address();
    void own.value;
    // An address that only names the same in other words stays as the reader wrote it.
    written ??= writeAddress(next);
    // Not at each key: to pack a long program, and to keep it, takes a while.
    timer ??= setTimeout(write, 500);
  });
  function go(next: Room): void {
    if (next === room.value) return;
    // The way back leads to what the reader has typed until now.
    clearTimeout(timer);
    write();
    room.value = next;
    written = writeAddress(untracked(address));
    history.pushState(null, '', `#${written}`);
    const text = program.value;
    const isFresh = session.status.value !== 'running' && !trace.value;
    if (next === 'workbench' && isFresh && isOurs(text)) void start(text);
  }
  addEventListener('hashchange', () => void read());
  addEventListener('pagehide', () => timer !== undefined && write());
  void read();

  return {
    room,
    program,
    trace,
    ran,
    own,
    selection,
    step,
    device,
    tab,
    choice,
    others,
    unread,
    notice,
    session: { ...session, run },
    go,
    open: async (text) => {
      program.value = text;
      // What was selected, and how far its play had come, belongs to the program before.
      [selection.value, step.value] = [{}, Infinity];
      [choice.bookmark.value, choice.level.value] = [undefined, 1];
      if (room.value !== 'workbench') go('workbench');
      await run();
    },
  };
}
