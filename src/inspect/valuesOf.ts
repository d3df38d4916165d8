import { loadReference } from '../device/loaders.ts';
import { sizeOf, type HostArray, type Node } from '../graph/node.ts';
import { isLeaf, type Leaves } from './leaves.ts';
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
  recorded.forEach(({ inputs }, id) => {
    inputs.forEach((x) => (lastUse[x] = id));
    lastUse[leaves.behind(id)] = id;
  });
  const known = new Map<number, HostArray>();
  const out: (Values | undefined)[] = [];
  let left = most;
  for (const [id, { node, inputs }] of recorded.entries()) {
    const operands = inputs.map((x) => recorded[x]!.node);
    const given = inputs.map((x) => known.get(x));
    const work = workOf(node, operands);
    let data: HostArray | undefined;
    if (node.op === 'hostCall' && node.value?.disposed === false) leaves.read(node, id);
    if (isLeaf(node, inputs) || node.op === 'hostCall') data = (await leaves.of(id)) ?? known.get(leaves.behind(id));
    else if (work <= left && given.every((x) => x !== undefined)) {
      left -= work;
      // The node itself may have been cut off from its inputs since.
      data = evaluateOne({ ...node, inputs: operands }, given);
    }
    out.push(data && summaryOf(data));
    if (data) known.set(id, data);
    for (const x of [...inputs, leaves.behind(id)]) if (lastUse[x] === id) known.delete(x);
    if (id % 1000 === 999) await new Promise((go) => setTimeout(go));
  }
  return out;
}
