import { evaluateOne } from '../../device/reference/reference.ts';
import { storageOf } from '../../device/storage.ts';
import { sizeOf, type HostArray, type Node } from '../../graph/node.ts';
import { topological } from '../../graph/walk.ts';
import { elementwiseBounds } from './elementwiseBounds.ts';
import { foldBounds } from './foldBounds.ts';
import { rounded, type Arithmetic, type Bounded } from './rounding.ts';
import { signDropBounds } from './signDropBounds.ts';

/** Gives each element of a node a new origin. */
const own = (node: Node): Float64Array =>
  Float64Array.from({ length: sizeOf(node.shape) }, (_, i) => (node.id + 1) * 2 ** 24 + i);

/** Bounds elements that are given as doubles and stored in float32. */
const stored = (node: Node, data: HostArray): Bounded => {
  const value = Float64Array.from(data);
  return { value, error: value.map((x) => Math.abs(x - Math.fround(x))), origin: own(node) };
};

/**
 * Operations that copy elements of their inputs, unchanged, to places that depend on no data. `pad`
 * adds zeros. Errors and origins of elements move as the elements do.
 */
const moves: ReadonlySet<Node['op']> = new Set([
  'reshape',
  'permute',
  'expand',
  'pad',
  'shrink',
  'flip',
  'window',
  'concat',
  'argument',
  'stopGradient',
  'barrier',
  'custom',
  'fanOut',
]);

/** A host function of inputs that may be rounded: nothing is known about its result. */
function called(node: Node<'hostCall'>, inputs: readonly Bounded[]): Bounded {
  const result = node.attrs.call(
    inputs.map((x) => x.value),
    node.inputs.map((x) => x.shape),
  );
  if (result instanceof Promise) throw new Error(`bounded: ${node.attrs.name} must be synchronous`);
  const out = stored(node, Float64Array.from(result));
  return inputs.every((x) => x.error.every((e) => e === 0)) ? out : { ...out, error: out.error.map(() => Infinity) };
}

/** Says whether all elements are exact integers, so small that their sums are exact too. */
const isWhole = (x: Bounded): boolean =>
  x.error.every((e) => e === 0) && x.value.every((v) => Number.isInteger(v) && Math.abs(v) < 1024);

function one(node: Node, inputs: readonly Bounded[], arithmetic: Arithmetic): Bounded {
  if (node.value !== undefined && node.op === 'leaf') return stored(node, storageOf(node).readSync());
  if (node.op === 'hostCall') return called(node, inputs);
  const value = Float64Array.from(
    evaluateOne(
      node,
      inputs.map((x) => x.value),
    ),
  );
  const through = (part: (x: Bounded) => Float64Array): Float64Array =>
    Float64Array.from(evaluateOne(node, inputs.map(part)));
  if (moves.has(node.op)) return { value, error: through((x) => x.error), origin: through((x) => x.origin) };
  if (node.op === 'constant') return stored(node, value);
  if (node.op === 'elementwise') return elementwiseBounds(node, inputs, value, own(node), arithmetic);
  if (node.op === 'reduce' && node.attrs.kind !== 'sum')
    return foldBounds(node, inputs[0]!, value, own(node), arithmetic);
  if (node.op === 'signDrop')
    return { value, error: signDropBounds(node, inputs, value, arithmetic), origin: own(node) };
  if (node.op === 'reduce') {
    const [x] = inputs as [Bounded];
    const terms = sizeOf(node.inputs[0]!.shape) / sizeOf(node.shape);
    const size = evaluateOne(node, [x.value.map((v, i) => Math.abs(v) + x.error[i]!)]);
    const counts = isWhole(x);
    const error = through((b) => b.error).map((e, i) => e + (counts ? 0 : rounded(arithmetic, terms, size[i]!)));
    return { value, error, origin: own(node) };
  }
  if (node.op === 'contract') {
    const [a, b] = inputs as [Bounded, Bounded];
    const [A, B] = [a, b].map((x) => x.value.map(Math.abs)) as [Float64Array, Float64Array];
    const [high, highB] = [A.map((v, i) => v + a.error[i]!), B.map((v, i) => v + b.error[i]!)];
    const { batch, rows } = node.attrs;
    const terms = sizeOf(node.inputs[0]!.shape.slice(batch + rows));
    const [first, second, all] = [
      [A, b.error],
      [a.error, highB],
      [high, highB],
    ].map((pair) => evaluateOne(node, pair));
    const counts = isWhole(a) && isWhole(b);
    const error = value.map(
      (_, i) => first![i]! + second![i]! + (counts ? 0 : rounded(arithmetic, terms + 1, all![i]!)),
    );
    return { value, error, origin: own(node) };
  }
  if (node.op === 'gather') {
    const [x, indices] = inputs as [Bounded, Bounded];
    const taken = (part: Float64Array): Float64Array => Float64Array.from(evaluateOne(node, [part, indices.value]));
    const unknown = (e: number, i: number): number => (indices.error[i]! < 0.4 ? e : Infinity);
    return { value, error: taken(x.error).map(unknown), origin: taken(x.origin) };
  }
  // Counters and draws are exact in float32.
  return { value, error: value.map(() => 0), origin: own(node) };
}

/**
 * Interval analysis: computes the graph below `outputs` in float64, and for each element a bound e
 * with |x̂ − x| ≤ e for the value x̂ of a device that computes in float32. Each operation
 * propagates the bounds of its inputs and adds its own rounding. If a decision (a comparison, a
 * floor, the index of a maximum) depends on rounding, the bound covers both outcomes or is ∞; the
 * element is then called undecided. `known` holds nodes that have been evaluated before.
 */
export function bounded(outputs: readonly Node[], arithmetic: Arithmetic, known = new Map<Node, Bounded>()): Bounded[] {
  for (const node of topological(outputs, (n) => known.has(n) || n.op === 'leaf')) {
    if (known.has(node)) continue;
    const result = one(
      node,
      node.inputs.map((x) => known.get(x)!),
      arithmetic,
    );
    result.error.forEach((e, i) => {
      // These come from ∞ − ∞ or 0 · ∞, or lie outside float32's range, where nothing is promised.
      if (!(e < 1e30) || !(Math.abs(result.value[i]!) < 1e30)) result.error[i] = Infinity;
    });
    known.set(node, result);
  }
  return outputs.map((n) => known.get(n)!);
}
