import type { ReduceKind } from '../../../kernels/reduce.ts';
import { concat, permute, reduce, reshape, slice } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Folds longer than this are done in pieces: each shader thread stays short, and rounding grows
 * with the root only.
 */
const longest = 2048;
const piece = 256;

/**
 * A fold along the `rows` of x, [rows, n] or, if they come last, [n, rows], as a fold of `count`
 * folds. Each of these takes every `count`-th element, so that adjacent folds read adjacent
 * elements; what is left over is folded by itself.
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

/** Lengths near that of a piece: 256, 257, 255, 258, 254, … */
const lengthNear = (i: number): number => piece + (i % 2 === 0 ? -i / 2 : (i + 1) / 2);

/** The number of folds that take the place of one of n elements, if any do. */
function pieces(n: number, rows: number, last: boolean, vec4: boolean): number | undefined {
  if (n > longest) {
    // Where all are of one length, nothing is left over that would be read by a kernel of its own.
    const even = range(piece).find((i) => n % (4 * lengthNear(i)) === 0);
    return even === undefined ? 4 * Math.floor(n / piece / 4) : n / lengthNear(even);
  }
  // Four rows at once would be read element by element; four pieces of one row are not.
  return vec4 && !last && n >= 32 && n % 4 === 0 && rows * n >= 2 ** 12 ? 4 : undefined;
}

/** A long fold is done in pieces; so is one along rows where four adjacent outputs are computed. */
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
