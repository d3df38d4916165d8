import type { ReduceKind } from '../../../kernels/reduce.ts';
import { concat, permute, reduce, reshape, slice } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Folds that are longer are computed in pieces of about `piece` elements. So no shader thread runs
 * long, and the rounding error grows only with the square root of the length.
 */
const longest = 2048;
const piece = 256;

/**
 * Folds x along its axis of length n in two stages: `count` folds of strided parts, then a fold of
 * their results. x is [rows, n], or [n, rows] if `last` says that rows come last. Each of the first
 * folds takes every `count`-th element, so that adjacent threads read adjacent elements. The
 * elements that do not divide evenly are folded separately.
 */
function inPieces(kind: ReduceKind, x: Node, count: number, last: boolean): Node {
  const [n, rows] = last ? [x.shape[0]!, x.shape[1]!] : [x.shape[1]!, x.shape[0]!];
  const axis = last ? 0 : 1;
  const length = Math.floor(n / count);
  const blocks = reshape(slice(x, axis, 0, length * count), last ? [length, count, rows] : [rows, length, count]);
  const folds = [reshape(reduce(kind, blocks, [axis]), last ? [count, rows] : [rows, count])];
  if (length * count < n) folds.push(reduce(kind, slice(x, axis, length * count, n), [axis]));
  return reduce(kind, concat(folds, axis), [axis]);
}

/** Returns lengths near `piece` for i = 0, 1, …: 256, 257, 255, 258, 254, … */
const lengthNear = (i: number): number => piece + (i % 2 === 0 ? -i / 2 : (i + 1) / 2);

/**
 * Returns the number of folds into which a fold of n elements is split, or undefined if it is not
 * split.
 */
function pieces(n: number, rows: number, last: boolean, vec4 = false): number | undefined {
  if (n > longest) {
    // If the pieces have equal lengths, no elements are left over, and no extra kernel has to read
    // them.
    const even = range(piece).find((i) => n % (4 * lengthNear(i)) === 0);
    return even === undefined ? 4 * Math.floor(n / piece / 4) : n / lengthNear(even);
  }
  // With vec4, one thread would compute four rows and read each of them element by element. It
  // reads vectors if it computes four pieces of one row.
  return vec4 && !last && n >= 32 && n % 4 === 0 && rows * n >= 2 ** 12 ? 4 : undefined;
}

/**
 * Splits a fold that is long, and a fold along rows on a device that computes four adjacent outputs
 * at once.
 */
export const splitFold: Rewrite<'reduce'> = (node, context) => {
  const x = node.inputs[0]!;
  const { axes, kind } = node.attrs;
  const n = sizeOf(axes.map((a) => x.shape[a]!));
  const rows = sizeOf(node.shape);
  const kept = range(x.shape.length).filter((i) => !axes.includes(i));
  const lastOf = (list: readonly number[]): number => Math.max(...list.filter((a) => x.shape[a]! > 1));
  const last = rows > 1 && lastOf(kept) > lastOf(axes);
  const count = pieces(n, rows, last, context.vec4);
  if (count === undefined) return undefined;
  const flat = reshape(permute(x, last ? [...axes, ...kept] : [...kept, ...axes]), last ? [n, rows] : [rows, n]);
  const folded = inPieces(kind, flat, count, last);
  return reshape(folded.op === 'reduce' ? (splitFold(folded, context) ?? folded) : folded, node.shape);
};
