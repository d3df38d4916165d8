import { broadcastTo, contract, elementwise, permute, permuteBack, reshape } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import { constantValue } from '../../graph/simplify.ts';
import { independent } from './independent.ts';
import type { Context, Rewrite } from './rewrite.ts';

type IsData = Context['isData'];

/** Returns the factors of nested products, down to `depth` levels. */
function factorsOf(x: Node, isData: IsData, depth = 6): Node[] {
  if (depth > 0 && x.op === 'elementwise' && x.attrs.name === 'mul' && !isData(x))
    return x.inputs.flatMap((f) => factorsOf(f, isData, depth - 1));
  return [x];
}

/** A factor and the axes along which it varies. On all other axes its size is 1. */
interface Factor {
  readonly node: Node;
  readonly along: ReadonlySet<number>;
}

const times = (a: Factor, b: Factor): Factor => ({
  node: elementwise('mul', a.node, b.node),
  along: new Set([...a.along, ...b.along]),
});

const isWithin = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean => [...a].every((d) => b.has(d));

/** Returns x as a factor: with size 1 along the axes that it is known not to vary along. */
function factor(x: Node, isData: IsData): Factor {
  const along = new Set<number>();
  let node = x;
  for (const d of range(x.shape.length)) {
    if (node.shape[d] === 1) continue;
    const less = independent(node, d, isData);
    if (less) node = less;
    else along.add(d);
  }
  return { node, along };
}

/**
 * Groups factors into two, each of which varies along an axis that the other does not. Returns
 * undefined if that is impossible.
 */
function asTwo(factors: readonly Factor[]): [Factor, Factor] | undefined {
  const sorted = [...factors].sort((a, b) => b.along.size - a.along.size);
  let [first] = sorted;
  let second: Factor | undefined;
  for (const f of sorted.slice(1)) {
    if (isWithin(f.along, first!.along)) first = times(first!, f);
    else if (!second) second = f;
    else if (isWithin(f.along, second.along)) second = times(second, f);
    else return undefined;
  }
  return first && second && [first, second];
}

/**
 * The least sizes for which the rewrite is made. Smaller sums are faster as loops, because a
 * contraction needs its operands stored.
 */
const worthwhile = { rows: 4, columns: 8, inner: 4, products: 2 ** 15 };

/**
 * Rewrites a sum of products over axes as a contraction, times the factors that do not vary along
 * these axes: Σ_b s_bf δ_ib w_if = w_if (δ s)_if. So these factors multiply the sum and not each of
 * its terms. Programs with several losses contain many such sums: lanes that share a value, heads
 * that are computed side by side, gradients that are outer products.
 */
export const sumOfProductsToContract: Rewrite<'reduce'> = (node, { isData }) => {
  const x = node.inputs[0]!;
  const axes = node.attrs.axes.filter((d) => x.shape[d] !== 1);
  if (node.attrs.kind !== 'sum' || isData(x) || axes.length === 0 || sizeOf(x.shape) === 0) return undefined;
  const all = factorsOf(x, isData);
  if (all.length < 2) return undefined;
  const factors = all.map((f) => factor(f, isData));
  // A constant factor stays in the sum, because its purpose may be to keep the sum finite.
  const isInside = ({ node: f, along }: Factor): boolean =>
    axes.some((d) => along.has(d)) || constantValue(f) !== undefined;
  const two = asTwo(factors.filter(isInside));
  if (!two) return undefined;
  // The factor whose unshared axes come first becomes the rows, so that the result has the wanted
  // order of axes.
  const firstOwn = (f: Factor, other: Factor): number =>
    range(x.shape.length).findIndex((d) => !axes.includes(d) && f.along.has(d) && !other.along.has(d));
  const [a, b] = firstOwn(two[0], two[1]) < firstOwn(two[1], two[0]) ? two : [two[1], two[0]];
  if (!axes.every((d) => a.along.has(d) && b.along.has(d))) return undefined;
  const rest = range(x.shape.length).filter((d) => !axes.includes(d));
  const groups = {
    batch: rest.filter((d) => a.along.has(d) && b.along.has(d)),
    rows: rest.filter((d) => a.along.has(d) && !b.along.has(d)),
    columns: rest.filter((d) => !a.along.has(d) && b.along.has(d)),
  };
  const sizes = (list: readonly number[]): number[] => list.map((d) => x.shape[d]!);
  const [M, N, K] = [groups.rows, groups.columns, axes].map((list) => sizeOf(sizes(list))) as [number, number, number];
  const { rows, columns, inner, products } = worthwhile;
  const isLarge = Math.min(M, N) >= rows && Math.max(M, N) >= columns && K >= inner;
  if (!isLarge || M * N * K * sizeOf(sizes(groups.batch)) < products) return undefined;

  /** Appends the axes of x that a list lacks. */
  const completed = (list: readonly number[]): number[] => [...new Set([...list, ...range(x.shape.length)])];
  const operand = (f: Factor, own: readonly number[]): Node => {
    const order = [...groups.batch, ...own, ...axes];
    return reshape(permute(f.node, completed(order)), sizes(order));
  };
  const product = contract(operand(a, groups.rows), operand(b, groups.columns), groups.batch.length, axes.length);
  const order = [...groups.batch, ...groups.rows, ...groups.columns];
  const withOnes = completed(order).map((d) => (order.includes(d) ? x.shape[d]! : 1));
  const back = permuteBack(reshape(product, withOnes), completed(order));
  const outside = factors.filter((f) => !isInside(f));
  return broadcastTo([{ node: back, along: new Set(order) }, ...outside].reduce(times).node, node.shape);
};
