import { holding, type Node, type Value } from '../graph/node.ts';
import { topological } from '../graph/walk.ts';
import { breathe } from './breathe.ts';
import { device, type DeviceName } from './current.ts';
import { interpreter } from './interpreter.ts';
import { planFor, type Planned } from './plans.ts';
import { HostStorage, PendingStorage, storageOf, type SettledStorage, type Storage } from './storage.ts';

type Read = (leaf: Node) => Storage;

/** A value, or one that comes later. */
type Soon<T> = T | Promise<T>;
type Values = Soon<SettledStorage[]>;

const then = <T, U>(soon: Soon<T>, f: (value: T) => Soon<U>): Soon<U> =>
  soon instanceof Promise ? soon.then(f) : f(soon);

/** Runs a plan on leaves that are there; at once if the device can. */
function runPlan({ runnable, leaves, scalars }: Planned, read: Read): Values {
  const go = (settled: readonly SettledStorage[]): Values => {
    const soon = runnable.run(settled, scalars);
    if (!(soon instanceof Promise)) return soon;
    // What moves to another device while it runs is still where it was for it.
    const holds = settled.map((s) => s.hold());
    return soon.finally(() => holds.forEach((release) => release()));
  };
  const known = leaves.map((leaf) => read(leaf).settled());
  const soon = known.every((v): v is SettledStorage => !(v instanceof Promise))
    ? go(known)
    : Promise.all(known).then(go);
  return soon instanceof Promise ? holding(leaves, () => soon) : soon;
}

const plan = (on: DeviceName, outputs: readonly Node[]): Soon<Planned> | undefined =>
  on === 'reference' ? undefined : planFor(on, outputs);

/** Runs a graph by its plan, or without one on the reference device. */
function execute(on: DeviceName, outputs: readonly Node[], read: Read, planned = plan(on, outputs)): Values {
  if (planned && !(planned instanceof Promise)) return runPlan(planned, read);
  const values = planned
    ? planned.then((made) => runPlan(made, read))
    : then(
        interpreter().interpret(outputs, (leaf) => read(leaf).peek() ?? read(leaf).read()),
        (known) => outputs.map((n) => new HostStorage(Float64Array.from(known.get(n)!), on)),
      );
  return values instanceof Promise ? holding(topological(outputs), () => values) : values;
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
    const soon = execute(device(), wanted, storageOf);
    const values = soon instanceof Promise ? await soon : soon;
    wanted.forEach((n, i) => keep(n, values[i]!));
  }
  await Promise.all(nodes.map((n) => storageOf(n).settled()));
  await breathe();
}

/** As `run`, at once, on devices that can. */
export function runSync(nodes: readonly Node[]): void {
  const wanted = missing(nodes);
  if (wanted.length === 0) return;
  const on = device();
  const planned = plan(on, wanted);
  if (planned instanceof Promise) throw new Error(`dataSync: ${on} has not been started; use await t.data() once`);
  if (planned?.runnable.atOnce === false)
    throw new Error(`dataSync: ${on} computes asynchronously; use await t.data()`);
  // Leaves that lie elsewhere, or are still on their way, say so.
  const read: Read = (leaf) => {
    const storage = storageOf(leaf);
    return storage.peek() ? storage : new HostStorage(storage.readSync(), on);
  };
  const values = execute(on, wanted, read, planned);
  if (values instanceof Promise) {
    values.then((all) => all.forEach((v) => v.dispose())).catch(() => undefined);
    throw new Error('dataSync: a hostCall in the graph is asynchronous; use await t.data()');
  }
  values.forEach((value, i) => keep(wanted[i]!, value));
}

/** A graph over placeholders that is planned once and called often. */
export interface Prepared {
  /**
   * Runs on the inputs' values, which are computed first if there are none. Errors arrive where a
   * value is read.
   */
  call(inputs: readonly Node[]): Value[];
  readonly outputs: readonly Node[];
}

/** Plans `outputs` as a function of `leaves`. */
export function prepare(outputs: readonly Node[], leaves: readonly Node[]): Prepared {
  const place = new Map(leaves.map((leaf, i) => [leaf, i]));
  let planned: { on: DeviceName; plan: Planned } | undefined;

  const start = (inputs: readonly Node[]): Values => {
    const on = device();
    const given = inputs.map((n) =>
      n.value ? storageOf(n) : n.op === 'constant' ? new HostStorage(Float64Array.of(n.attrs.value), on) : undefined,
    );
    const read: Read = (leaf) => {
      const i = place.get(leaf);
      return i === undefined ? storageOf(leaf) : (given[i] ?? storageOf(inputs[i]!));
    };
    const go = (): Values => {
      const found = planned?.on === on ? planned.plan : plan(on, outputs);
      return execute(on, outputs, read, found && then(found, (made) => (planned = { on, plan: made }).plan));
    };
    if (given.every((v) => v !== undefined)) return go();
    return holding(topological(outputs), () => run(inputs.filter((_, i) => !given[i])).then(go));
  };

  return {
    outputs,
    call(inputs) {
      let values: Values;
      try {
        values = start(inputs);
      } catch (error) {
        values = Promise.reject(error as Error);
      }
      if (!(values instanceof Promise)) return values;
      // What a caller disposes from here on is still there for this run.
      const held = holding(inputs, () => values);
      const arriving = outputs.map(async (_, i) => (await held)[i]!);
      return outputs.map((n, i) => new PendingStorage(arriving[i]!, n.shape));
    },
  };
}
