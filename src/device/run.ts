import { holding, type HostArray, type Node, type Value } from '../graph/node.ts';
import { observer } from '../graph/observe.ts';
import { topological } from '../graph/walk.ts';
import { breathe } from './breathe.ts';
import { device, type DeviceName } from './current.ts';
import { loadReference } from './loaders.ts';
import { planFor, type Planned } from './plans.ts';
import { drive, type Running, type Soon } from './soon.ts';
import { HostStorage, PendingStorage, storageOf, type SettledStorage, type Storage } from './storage.ts';

type Read = (leaf: Node) => Storage;
type Interpreter = Exclude<ReturnType<typeof loadReference>, Promise<unknown>>;

/**
 * Computes `outputs` on a device. It runs the plan `known`, or finds the plan if none is given;
 * `reference` needs no plan. `read` returns the storages of leaves.
 */
export function* execute(
  on: DeviceName,
  outputs: readonly Node[],
  read: Read,
  known?: Planned,
): Running<SettledStorage[]> {
  if (on === 'reference') {
    const { interpret }: Interpreter = yield loadReference();
    const values: ReadonlyMap<Node, HostArray> = yield interpret(
      outputs,
      (leaf) => read(leaf).peek() ?? read(leaf).read(),
    );
    return outputs.map((n) => new HostStorage(Float64Array.from(values.get(n)!), on));
  }
  const { runnable, leaves, scalars }: Planned = known ?? (yield planFor(on, outputs));
  const settled: SettledStorage[] = [];
  for (const leaf of leaves) settled.push(yield read(leaf).settled());
  const values = runnable.run(settled, scalars);
  if (!(values instanceof Promise)) return values;
  // If a leaf moves to another device during the run, its old place is freed only after the run.
  const holds = settled.map((s) => s.hold());
  return yield values.finally(() => holds.forEach((release) => release()));
}

/** Returns the nodes that have no value yet, each once. */
const missing = (nodes: readonly Node[]): Node[] => [...new Set(nodes)].filter((n) => n.value === undefined);

/**
 * Gives a node its value. Two runs may compute the same node at the same time; the value of the
 * first to finish is kept.
 */
function keep(node: Node, value: Value): void {
  if (node.value === undefined) node.value = value;
  else value.dispose();
}

/**
 * Computes all nodes without a value in one plan on the current device, and waits until the values
 * of all nodes have arrived.
 */
export function run(nodes: readonly Node[]): Promise<void> {
  observer?.read(nodes);
  return compute(nodes);
}

/** Does the work of `run`, also for the inputs of a compiled function, which nobody reads. */
async function compute(nodes: readonly Node[]): Promise<void> {
  const wanted = missing(nodes);
  if (wanted.length > 0) {
    const soon = drive(execute(device(), wanted, storageOf));
    const values = soon instanceof Promise ? await holding(topological(wanted), () => soon) : soon;
    wanted.forEach((n, i) => keep(n, values[i]!));
  }
  await Promise.all(nodes.map((n) => storageOf(n).settled()));
  await breathe();
}

/** Does the same as `run`, but synchronously. Throws on devices that cannot. */
export function runSync(nodes: readonly Node[]): void {
  observer?.read(nodes);
  const wanted = missing(nodes);
  if (wanted.length === 0) return;
  const on = device();
  const planned = on === 'reference' ? undefined : planFor(on, wanted);
  if (planned instanceof Promise) throw new Error(`dataSync: ${on} has not been started; use await t.data() once`);
  if (planned?.runnable.atOnce === false)
    throw new Error(`dataSync: ${on} computes asynchronously; use await t.data()`);
  // readSync throws if the elements are on a GPU that reads asynchronously, or are still being
  // computed.
  const read: Read = (leaf) => {
    const storage = storageOf(leaf);
    return storage.peek() ? storage : new HostStorage(storage.readSync(), on);
  };
  const values = drive(execute(on, wanted, read, planned));
  if (values instanceof Promise) {
    values.then((all) => all.forEach((v) => v.dispose())).catch(() => undefined);
    throw new Error('dataSync: a hostCall in the graph is asynchronous; use await t.data()');
  }
  values.forEach((value, i) => keep(wanted[i]!, value));
}

/** A graph over placeholders that is planned once and called often. */
export interface GraphFunction {
  /**
   * Runs the graph on the values of `inputs` and returns the values of the outputs. Inputs without
   * a value are computed first. If the run fails, reading a value throws the error.
   */
  call(inputs: readonly Node[]): Value[];
  readonly outputs: readonly Node[];
}

/** Makes a function with arguments `leaves` and results `outputs`. */
export function graphFunction(outputs: readonly Node[], leaves: readonly Node[]): GraphFunction {
  const place = new Map(leaves.map((leaf, i) => [leaf, i]));
  const nodes = topological(outputs);
  let known: { on: DeviceName; planned: Planned } | undefined;

  function* start(inputs: readonly Node[]): Running<SettledStorage[]> {
    const on = device();
    const given = inputs.map((n) =>
      n.value ? storageOf(n) : n.op === 'constant' ? new HostStorage(Float64Array.of(n.attrs.value), on) : undefined,
    );
    const late = inputs.filter((_, i) => !given[i]);
    if (late.length > 0) yield compute(late);
    if (on !== 'reference' && known?.on !== on) known = { on, planned: yield planFor(on, outputs) };
    const read: Read = (leaf) => {
      const i = place.get(leaf);
      return i === undefined ? storageOf(leaf) : (given[i] ?? storageOf(inputs[i]!));
    };
    return yield* execute(on, outputs, read, known?.planned);
  }

  return {
    outputs,
    call(inputs) {
      observer?.called(leaves, inputs);
      let values: Soon<SettledStorage[]>;
      try {
        values = drive(start(inputs));
      } catch (error) {
        values = Promise.reject(error as Error);
      }
      if (!(values instanceof Promise)) return values;
      // If the caller disposes of a tensor from here on, its value is freed only after this run.
      const held = holding([...nodes, ...inputs], () => values);
      const arriving = outputs.map(async (_, i) => (await held)[i]!);
      return arriving.map((value) => new PendingStorage(value));
    },
  };
}
