import { is, type Node, type Value } from '../graph/node.ts';
import { breathe } from './breathe.ts';
import { device, type DeviceName } from './current.ts';
import { planFor, type Planned } from './plans.ts';
import { interpret, interpretSync } from './reference.ts';
import { HostStorage, PendingStorage, storageOf, type SettledStorage, type Storage } from './storage.ts';

type Read = (leaf: Node) => Storage;

async function execute(outputs: readonly Node[], read: Read, planned?: Planned): Promise<SettledStorage[]> {
  const on = device();
  if (on === 'reference') {
    const known = await interpret(outputs, (leaf) => read(leaf).read());
    await breathe();
    return outputs.map((n) => new HostStorage(Float64Array.from(known.get(n)!), on));
  }
  const found = planned ?? planFor(on, outputs);
  const { runnable, leaves, scalars } = found instanceof Promise ? await found : found;
  const values = leaves.map(read);
  const holds = values.map((v) => v.hold());
  try {
    return await runnable.run(await Promise.all(values.map((v) => v.settled())), scalars);
  } finally {
    holds.forEach((release) => release());
    await breathe();
  }
}

/** Nodes that still have to be computed, each once. */
const missing = (nodes: readonly Node[]): Node[] => [...new Set(nodes)].filter((n) => n.value === undefined);

/** Two runs may compute one node at the same time; the first to finish keeps its values. */
function keep(node: Node, value: Value): void {
  if (node.value === undefined) node.value = value;
  else value.dispose();
}

/** Gives each node its value on the current device, in one plan. */
export async function run(nodes: readonly Node[]): Promise<void> {
  const wanted = missing(nodes);
  if (wanted.length > 0) {
    const values = await execute(wanted, storageOf);
    wanted.forEach((n, i) => keep(n, values[i]!));
  }
  await Promise.all(nodes.map((n) => storageOf(n).settled()));
}

/** As `run`, at once, on devices that can. */
export function runSync(nodes: readonly Node[]): void {
  const wanted = missing(nodes);
  if (wanted.length === 0) return;
  const on = device();
  if (on === 'reference') {
    const known = interpretSync(wanted, (leaf) => storageOf(leaf).readSync());
    wanted.forEach((n) => keep(n, new HostStorage(Float64Array.from(known.get(n)!), on)));
    return;
  }
  const planned = planFor(on, wanted);
  if (planned instanceof Promise) throw new Error(`dataSync: ${on} has not been started; use await t.data() once`);
  const { runnable, leaves, scalars } = planned;
  if (!runnable.runSync) throw new Error(`dataSync: ${on} computes asynchronously; use await t.data()`);
  const settled = leaves.map((leaf) => new HostStorage(storageOf(leaf).readSync(), on));
  try {
    runnable.runSync(settled, scalars).forEach((value, i) => keep(wanted[i]!, value));
  } finally {
    settled.forEach((s) => s.dispose());
  }
}

/** A graph over placeholders that is planned once and called often. */
export interface Prepared {
  /** Starts a run on the inputs' values; they are computed first if they have none. Errors arrive where a value is read. */
  call(inputs: readonly Node[]): Value[];
  readonly outputs: readonly Node[];
}

/** Plans `outputs` as a function of `leaves`. */
export function prepare(outputs: readonly Node[], leaves: readonly Node[]): Prepared {
  const place = new Map(leaves.map((leaf, i) => [leaf, i]));
  let planned: { on: DeviceName; plan: Planned } | undefined;
  const start = async (inputs: readonly Node[]): Promise<SettledStorage[]> => {
    const on = device();
    const early = inputs.map((n) =>
      n.value ? storageOf(n) : is(n, 'constant') ? new HostStorage(Float64Array.of(n.attrs.value), on) : undefined,
    );
    await run(inputs.filter((_, i) => !early[i]));
    const given = inputs.map((n, i) => early[i] ?? storageOf(n));
    if (on !== 'reference' && planned?.on !== on) planned = { on, plan: await planFor(on, outputs) };
    const read = (leaf: Node): Storage => {
      const i = place.get(leaf);
      return i === undefined ? storageOf(leaf) : given[i]!;
    };
    return execute(outputs, read, on === 'reference' ? undefined : planned!.plan);
  };
  return {
    outputs,
    call(inputs) {
      // What a caller disposes from here on is still there for this run.
      const holds = inputs.flatMap((n) => (n.value ? [storageOf(n).hold()] : []));
      const values = start(inputs).finally(() => holds.forEach((release) => release()));
      return outputs.map(
        (n, i) =>
          new PendingStorage(
            values.then((all) => all[i]!),
            n.shape,
          ),
      );
    },
  };
}
