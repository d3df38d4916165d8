import { loadReference } from '../device/loaders.ts';
import { storageOf } from '../device/storage.ts';
import { sizeOf, type HostArray, type Node } from '../graph/node.ts';
import type { Recorded } from './recorder.ts';
import type { Values } from './trace.ts';

/** The number of elements that a summary has itself. */
const shown = 64;

/** Returns the summary of elements. */
export function summaryOf(data: ArrayLike<number>): Values {
  let [min, max, sum, finite, nan, infinite] = [NaN, NaN, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!;
    if (Number.isNaN(x)) nan++;
    else if (!Number.isFinite(x)) infinite++;
    else {
      finite++;
      sum += x;
      if (!(x >= min)) min = x;
      if (!(x <= max)) max = x;
    }
  }
  const first = Array.from({ length: Math.min(shown, data.length) }, (_, i) => data[i]!);
  return { first, count: data.length, min, max, mean: finite > 0 ? sum / finite : NaN, nan, infinite };
}

/** The elements of leaves, copied when the program made or first used them. */
export class Leaves {
  readonly #data = new Map<number, HostArray | Promise<HostArray | undefined>>();
  readonly #late: (readonly [Node, number])[] = [];

  /** Notes a leaf. Its elements may come later in the same call, so they are not read yet. */
  note(node: Node, id: number): void {
    this.#late.push([node, id]);
  }

  /** Copies the elements of the leaves that have them by now. */
  copy(): void {
    for (const [node, id] of this.#late.splice(0)) {
      if (node.value && !node.value.disposed) this.read(node, id);
    }
  }

  /** Copies the elements that a node has. */
  read(node: Node, id: number): void {
    const storage = storageOf(node);
    const host = storage.peek();
    const later = async (): Promise<HostArray | undefined> => {
      try {
        return (await storage.read()).slice();
      } catch {
        return undefined; // It was disposed of before its elements arrived.
      }
    };
    this.#data.set(id, host ? host.slice() : later());
  }

  /** Returns the elements of a leaf, or undefined if it has none. */
  async of(id: number): Promise<HostArray | undefined> {
    return this.#data.get(id);
  }
}

/**
 * Tells whether a node's elements come from outside of the graph, as data do and what `realize` has
 * cut off.
 */
export const isLeaf = (node: Node, inputs: readonly unknown[]): boolean =>
  inputs.length === 0 && node.op !== 'constant' && node.op !== 'iota';

/** The number of multiplications and additions of a node, roughly. */
function workOf(node: Node, inputs: readonly Node[]): number {
  const size = sizeOf(node.shape);
  if (node.op === 'contract') return size * sizeOf(inputs[0]!.shape.slice(inputs[0]!.shape.length - node.attrs.inner));
  return Math.max(size, ...inputs.map((x) => sizeOf(x.shape)));
}

/**
 * Returns the summary of each node, in the order of the nodes; undefined for a node that has no
 * elements, such as an argument of a traced function, or whose computation is too long. The
 * elements are computed in float64 by the reference device, whichever device the program chose, so
 * no kernel runs. A function of the user's that a `hostCall` calls is not called again.
 */
export async function valuesOf(
  recorded: readonly Recorded[],
  leaves: Leaves,
  most: number,
): Promise<(Values | undefined)[]> {
  const { evaluateOne } = await loadReference();
  const lastUse = new Int32Array(recorded.length).fill(-1);
  recorded.forEach(({ inputs }, id) => inputs.forEach((x) => (lastUse[x] = id)));
  const known = new Map<number, HostArray>();
  const out: (Values | undefined)[] = [];
  let left = most;
  for (const [id, { node, inputs }] of recorded.entries()) {
    const operands = inputs.map((x) => recorded[x]!.node);
    const given = inputs.map((x) => known.get(x));
    const work = workOf(node, operands);
    let data: HostArray | undefined;
    if (node.op === 'hostCall' && node.value?.disposed === false) leaves.read(node, id);
    if (isLeaf(node, inputs) || node.op === 'hostCall') data = await leaves.of(id);
    else if (work <= left && given.every((x) => x !== undefined)) {
      left -= work;
      // The node itself may have been cut off from its inputs since.
      data = evaluateOne({ ...node, inputs: operands }, given);
    }
    out.push(data && summaryOf(data));
    if (data) known.set(id, data);
    for (const x of inputs) if (lastUse[x] === id) known.delete(x);
    if (id % 1000 === 999) await new Promise((go) => setTimeout(go));
  }
  return out;
}
