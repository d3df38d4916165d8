import type { Node, Value } from '../graph/node.ts';
import { device } from './current.ts';
import { interpret, interpretSync } from './reference.ts';
import { HostStorage, PendingStorage, storageOf, type SettledStorage, type Storage } from './storage.ts';

type Read = (leaf: Node) => Storage;

async function execute(outputs: readonly Node[], read: Read): Promise<SettledStorage[]> {
  if (device() !== 'reference') throw new Error(`internal: ${device()} is not there yet`);
  const known = await interpret(outputs, (leaf) => read(leaf).read());
  return outputs.map((n) => new HostStorage(known.get(n)!));
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
  if (device() !== 'reference') throw new Error(`internal: ${device()} is not there yet`);
  const known = interpretSync(wanted, (leaf) => storageOf(leaf).readSync());
  wanted.forEach((n) => keep(n, new HostStorage(known.get(n)!)));
}

/** A graph over placeholders that is planned once and called often. */
export interface Prepared {
  /** Starts a run on the inputs' values; they are computed first if they have none. Errors arrive where a value is read. */
  call(inputs: readonly Node[]): Value[];
}

/** Plans `outputs` as a function of `leaves`. */
export function prepare(outputs: readonly Node[], leaves: readonly Node[]): Prepared {
  const place = new Map(leaves.map((leaf, i) => [leaf, i]));
  return {
    call(inputs) {
      const run1 = run(inputs).then(() =>
        execute(outputs, (leaf) => {
          const i = place.get(leaf);
          return storageOf(i === undefined ? leaf : inputs[i]!);
        }),
      );
      return outputs.map((n, i) => new PendingStorage(run1.then((values) => values[i]!), n.shape));
    },
  };
}
