import { elementwise as table } from '../../kernels/elementwise.ts';
import { reduce as folds, type ReduceKind } from '../../kernels/reduce.ts';
import { broadcastTo, concat, full, permute, reduce, reshape, slice, zeros } from '../graph/build.ts';
import { interned, is, makeNode, sizeOf, type Node } from '../graph/node.ts';
import { range } from '../graph/shape.ts';
import { constantValue, isBaked, merge, simplify } from '../graph/simplify.ts';
import { rewrite, topological } from '../graph/walk.ts';
import { factored } from './factored.ts';
import { masked } from './masked.ts';
import { inShares } from './shares.ts';
import { contracted, exchanged, plainer } from './products.ts';

/**
 * Folds longer than this are done in pieces: each shader thread stays short, and rounding grows
 * with the root only.
 */
const longest = 2048;
const piece = 256;

/** A fold over axes that hold nothing is its identity; a sum of products over nothing is 0. */
function empty(node: Node): Node | undefined {
  if (sizeOf(node.shape) === 0) return undefined;
  if (is(node, 'reduce') && sizeOf(node.inputs[0]!.shape) === 0)
    return broadcastTo('reduce', full([], folds[node.attrs.kind].identity), node.shape);
  if (is(node, 'contract') && sizeOf(node.inputs[0]!.shape) * sizeOf(node.inputs[1]!.shape) === 0)
    return zeros(node.shape);
  if (is(node, 'pad') && sizeOf(node.inputs[0]!.shape) === 0) return zeros(node.shape);
  if (is(node, 'concat') && node.inputs.some((x) => sizeOf(x.shape) === 0))
    return concat(
      node.inputs.filter((x) => sizeOf(x.shape) > 0),
      node.attrs.axis,
    );
  return undefined;
}

/** An operation on numbers that are written into kernels is a number. */
function folded(node: Node): Node | undefined {
  if (!is(node, 'elementwise')) return undefined;
  const values = node.inputs.map(constantValue);
  if (!values.every((v): v is number => v !== undefined && isBaked(v))) return undefined;
  const value = (table[node.attrs.name].value as (...xs: number[]) => number)(...values);
  return broadcastTo('full', makeNode('constant', [], [], { value, fixed: true }), node.shape);
}

/** More pieces than a kernel can read become concatenations of concatenations. */
function wide(node: Node<'concat'>, most: number): Node | undefined {
  const { inputs, attrs } = node;
  if (inputs.length <= most) return undefined;
  const step = Math.ceil(inputs.length / most);
  const groups = range(Math.ceil(inputs.length / step)).map((i) => inputs.slice(i * step, (i + 1) * step));
  return concat(
    groups.map((g) => {
      const part = concat(g, attrs.axis);
      return is(part, 'concat') ? (wide(part, most) ?? part) : part;
    }),
    attrs.axis,
  );
}

/**
 * A fold along the `rows` of x, [rows, n] or, if they come last, [n, rows], as a fold of folds.
 * Each of the inner folds takes every `count`-th element, so that neighbouring folds read
 * neighbouring elements; what is left over is folded by itself.
 */
function inPieces(kind: ReduceKind, x: Node, count: number, last: boolean): Node {
  const [n, rows] = last ? [x.shape[0]!, x.shape[1]!] : [x.shape[1]!, x.shape[0]!];
  const axis = last ? 0 : 1;
  const turns = Math.floor(n / count);
  const shape = last ? [turns, count, rows] : [rows, turns, count];
  const blocks = reshape('reduce', slice(x, axis, 0, turns * count), shape);
  const folds = [reshape('reduce', reduce(kind, blocks, [axis]), last ? [count, rows] : [rows, count])];
  if (turns * count < n) folds.push(reduce(kind, slice(x, axis, turns * count, n), [axis]));
  return reduce(kind, concat(folds, axis), [axis]);
}

/** 256, 257, 255, 258, 254, … */
const turnsNear = (i: number): number => piece + (i % 2 === 0 ? -i / 2 : (i + 1) / 2);

/** How many folds take the place of one of n elements, or none. */
function pieces(n: number, rows: number, last: boolean, byFours: boolean): number | undefined {
  if (n > longest) {
    // Where all are of one length, nothing is left over that would be read by a kernel of its own.
    const even = range(piece).find((i) => n % (4 * turnsNear(i)) === 0);
    return even === undefined ? 4 * Math.floor(n / piece / 4) : n / turnsNear(even);
  }
  // Four rows at once would be read number by number; four pieces of one row are not.
  return byFours && !last && n >= 32 && n % 4 === 0 && rows * n >= 2 ** 12 ? 4 : undefined;
}

/**
 * A long fold in pieces, and where four neighbours are computed at once, a fold along rows as well.
 */
function split(node: Node<'reduce'>, byFours: boolean): Node | undefined {
  const x = node.inputs[0]!;
  const { axes, kind } = node.attrs;
  const n = sizeOf(axes.map((a) => x.shape[a]!));
  const rows = sizeOf(node.shape);
  const kept = range(x.shape.length).filter((i) => !axes.includes(i));
  const last =
    rows > 1 && Math.max(...kept.filter((a) => x.shape[a]! > 1)) > Math.max(...axes.filter((a) => x.shape[a]! > 1));
  const count = pieces(n, rows, last, byFours);
  if (count === undefined) return undefined;
  const order = last ? [...axes, ...kept] : [...kept, ...axes];
  const flat = reshape('reduce', permute(x, order), last ? [n, rows] : [rows, n]);
  const folded = inPieces(kind, flat, count, last);
  return reshape('reduce', is(folded, 'reduce') ? (split(folded, byFours) ?? folded) : folded, node.shape);
}

/** How many nodes read each. */
function readersOf(outputs: readonly Node[], isData: (node: Node) => boolean): Map<Node, number> {
  const count = new Map<Node, number>();
  for (const node of topological(outputs, isData))
    if (!isData(node)) for (const x of node.inputs) count.set(x, (count.get(x) ?? 0) + 1);
  return count;
}

/** An output of its own: a value that another output or a leaf holds is copied. */
const copy = (node: Node): Node => makeNode('barrier', [node, node], node.shape, {});

/**
 * The graph that kernels are made of: simplified, nothing empty but outputs, no concatenation of
 * more than `most` parts, no fold of more than 2048 elements, every output a node of its own.
 * `byFours`: for a device that computes four neighbours at once; `byShares`: for one of many
 * threads.
 */
export function lower(
  outputs: readonly Node[],
  most: number,
  isData: (node: Node) => boolean,
  { byFours = false, byShares = false } = {},
): Node[] {
  return interned(() => lowered(outputs, most, isData, byFours, byShares));
}

function lowered(
  outputs: readonly Node[],
  most: number,
  isData: (node: Node) => boolean,
  byFours: boolean,
  byShares: boolean,
): Node[] {
  const simple = simplify(outputs, isData);
  const readers = readersOf(simple, isData);
  const one = (node: Node, inputs: readonly Node[]): Node => {
    const same = inputs.every((x, i) => x === node.inputs[i]) ? node : merge(node.op, inputs, node.shape, node.attrs);
    const filled = empty(same) ?? folded(same) ?? same;
    if (isData(filled)) return filled;
    if (is(filled, 'concat')) return wide(filled, most) ?? filled;
    if (is(filled, 'contract')) return plainer(filled, isData) ?? (byShares ? inShares(filled) : undefined) ?? filled;
    if (is(filled, 'signDrop')) return masked(filled, isData) ?? factored(filled, isData) ?? filled;
    if (is(filled, 'permute') && readers.get(node.inputs[0]!) === 1) return exchanged(filled) ?? filled;
    return (is(filled, 'reduce') && (contracted(filled, isData) ?? split(filled, byFours))) || filled;
  };
  const done = rewrite(simple, one, new Map(), isData);
  const taken = new Set<Node>();
  return simple.map((n) => {
    const node = done.get(n)!;
    const own = isData(node) || taken.has(node) ? copy(node) : node;
    taken.add(own);
    return own;
  });
}
