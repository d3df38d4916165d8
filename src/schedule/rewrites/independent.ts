import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { make } from '../../graph/simplify.ts';

/** `independent` searches through at most this many operations. */
const deepest = 8;

const without = (shape: Shape, axis: number): number[] => shape.map((n, d) => (d === axis ? 1 : n));

/**
 * Finds the axis of `before` that became `axis` in the reshape to `shape`. Returns undefined if the
 * reshape merges or splits that axis.
 */
function axisBefore(shape: Shape, axis: number, before: Shape): number | undefined {
  const lead = sizeOf(shape.slice(0, axis));
  const found = before.findIndex((n, a) => n === shape[axis] && sizeOf(before.slice(0, a)) === lead);
  return found < 0 ? undefined : found;
}

/**
 * Returns x with size 1 along an axis if it provably does not vary along that axis, else undefined.
 * `isData` tells which nodes have values; the search does not go below them.
 */
export function independent(x: Node, axis: number, isData: (node: Node) => boolean, depth = deepest): Node | undefined {
  if (x.shape[axis] === 1) return x;
  if (isData(x) || depth === 0) return undefined;
  const shape = without(x.shape, axis);
  const of = (input: Node, at: number): Node | undefined => independent(input, at, isData, depth - 1);
  const again = (input: Node | undefined): Node | undefined => input && make(x.op, [input], shape, x.attrs);
  if (x.op === 'expand') return again(of(x.inputs[0]!, axis));
  if (x.op === 'permute') return again(of(x.inputs[0]!, x.attrs.order[axis]!));
  if (x.op === 'reshape') {
    const before = axisBefore(x.shape, axis, x.inputs[0]!.shape);
    return before === undefined ? undefined : again(of(x.inputs[0]!, before));
  }
  if (x.op !== 'elementwise') return undefined;
  const inputs = x.inputs.map((input) => of(input, axis));
  return inputs.every((i) => i !== undefined) ? make(x.op, inputs, shape, x.attrs) : undefined;
}
