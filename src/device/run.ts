import { holding, type HostArray, type Node, type Value } from '../graph/node.ts';
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
 * Computes `outputs` on a device by their plan, which may be given, or without one on `reference`.
 * `read` gives the storages of leaves.
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
  // What moves to another device while it runs is still where it was for it.
  const holds = settled.map((s) => s.hold());
  return yield values.finally(() => holds.forEach((release) => release()));
}

/** Lists the nodes that still have to be computed, each once. */
const missing = (nodes: readonly Node[]): Node[] => [...new Set(nodes)].filter((n) => n.value === undefined);

/**
 * Gives a node its value. Two runs may compute one node at the same time; the first to finish keeps
 * its values.
 */
function keep(node: Node, value: Value): void {
  if (node.value === undefined) node.value = value;
  else value.dispose();
}

/** Gives each node its value on the current device, in one plan. */
export async function run(nodes: readonly Node[]): Promise<void> {
  const wanted = missing(nodes);
  if (wanted.length > 0) {
    const soon = drive(execute(device(), wanted, storageOf));
    const values = soon instanceof Promise ? await holding(topological(wanted), () => soon) : soon;
    wanted.forEach((n, i) => keep(n, values[i]!));
  }
  await Promise.all(nodes.map((n) => storageOf(n).settled()));
  await breathe();
}

/** Does as `run`, at once, on devices that can. */
export function runSync(nodes: readonly Node[]): void {
  const wanted = missing(nodes);
  if (wanted.length === 0) return;
  const on = device();
  const planned = on === 'reference' ? undefined : planFor(on, wanted);
  if (planned instanceof Promise) throw new Error(`dataSync: ${on} has not been started; use await t.data() once`);
  if (planned?.runnable.atOnce === false)
    throw new Error(`dataSync: ${on} computes asynchronously; use await t.data()`);
  // Leaves that lie elsewhere, or are still on their way, say so.
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

/** Such a function is a graph over placeholders that is planned once and called often. */
export interface GraphFunction {
  /**
   * Runs on the inputs' values, which are computed first if there are none. Errors arrive where a
   * value is read.
   */
  call(inputs: readonly Node[]): Value[];
  readonly outputs: readonly Node[];
}

/** Makes `outputs` a function of `leaves`. */
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
    if (late.length > 0) yield run(late);
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
      let values: Soon<SettledStorage[]>;
      try {
        values = drive(start(inputs));
      } catch (error) {
        values = Promise.reject(error as Error);
      }
      if (!(values instanceof Promise)) return values;
      // What a caller disposes from here on is still there for this run.
      const held = holding([...nodes, ...inputs], () => values);
      const arriving = outputs.map(async (_, i) => (await held)[i]!);
      return arriving.map((value) => new PendingStorage(value));
    },
  };
}
