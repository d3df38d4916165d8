import { broadcastTo, contract, permute, planned, reshape, squeeze } from '../graph/build.ts';
import { is, sizeOf, type Node } from '../graph/node.ts';
import { range } from '../graph/shape.ts';
import { constantValue } from '../graph/simplify.ts';
import { independent } from './independent.ts';

/**
 * Sums of products, rewritten so that each number is multiplied once. What several losses make is
 * full of them: lanes of one value, heads side by side, gradients that are outer products.
 */

type IsData = (node: Node) => boolean;

export const move = (x: Node, from: number, to: number): Node => {
  const order = range(x.shape.length).filter((i) => i !== from);
  order.splice(to, 0, from);
  return permute(x, order);
};

/** A contraction over nothing but axes of size 1 is a product. */
function outer(node: Node<'contract'>): Node | undefined {
  const [a, b] = node.inputs as [Node, Node];
  const { batch, rows, columns } = node.attrs;
  if (sizeOf(a.shape.slice(batch + rows)) !== 1) return undefined;
  const ones = (n: number): number[] => range(n).map(() => 1);
  const left = reshape('contract', a, [...a.shape.slice(0, batch + rows), ...ones(columns)]);
  const right = reshape('contract', b, [
    ...b.shape.slice(0, batch),
    ...ones(rows),
    ...b.shape.slice(batch, batch + columns),
  ]);
  return planned('mul', left, right);
}

/**
 * Where one operand is the same for all examples, these are rows or columns of the other: h · w_i
 * for many i is h · [w_1 … w_n].
 */
function shared(node: Node<'contract'>, isData: IsData): Node | undefined {
  const [a, b] = node.inputs as [Node, Node];
  const { batch, rows, inner } = node.attrs;
  for (let d = 0; d < batch; d++) {
    if (node.shape[d] === 1) continue;
    const left = independent(a, d, isData);
    const right = left ? undefined : independent(b, d, isData);
    if (!left && !right) continue;
    const one = (x: Node): Node => squeeze(x, [d]);
    const y = left
      ? contract(one(left), move(b, d, batch - 1), batch - 1, inner)
      : contract(move(a, d, batch - 1), one(right!), batch - 1, inner);
    const simpler = is(y, 'contract') ? (shared(y, isData) ?? y) : y;
    return move(simpler, left ? batch - 1 + rows : batch - 1, d);
  }
  return undefined;
}

/** The factors of nested products. */
function factorsOf(x: Node, isData: IsData, depth = 6): Node[] {
  if (depth > 0 && is(x, 'elementwise') && x.attrs.name === 'mul' && !isData(x))
    return x.inputs.flatMap((f) => factorsOf(f, isData, depth - 1));
  return [x];
}

/** A product of factors of one shape and the axes along which it changes. */
interface Factor {
  readonly node: Node;
  readonly along: ReadonlySet<number>;
}

const times = (a: Factor, b: Factor): Factor => {
  return {
    node: planned('mul', a.node, b.node),
    along: new Set([...a.along, ...b.along]),
  };
};

const isWithin = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean => [...a].every((d) => b.has(d));

/** x as a factor, with size 1 along the axes that do not matter to it. */
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
 * Factors that change along axes of the sum as two, each of which changes along an axis that the
 * other does not; or undefined.
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
 * Below, a matrix product of stored operands gains nothing on a sum that is computed as it stands.
 */
const worthwhile = { rows: 4, columns: 8, inner: 4, products: 2 ** 15 };

/**
 * Σ over axes of a product, as a contraction times the factors that do not change along these axes:
 * Σ_b s_bf δ_ib w_if is w_if (δ s)_if.
 */
export function contracted(node: Node<'reduce'>, isData: IsData): Node | undefined {
  const x = node.inputs[0]!;
  const axes = node.attrs.axes.filter((d) => x.shape[d] !== 1);
  if (node.attrs.kind !== 'sum' || isData(x) || axes.length === 0 || sizeOf(x.shape) === 0) return undefined;
  const all = factorsOf(x, isData);
  if (all.length < 2) return undefined;
  const factors = all.map((f) => factor(f, isData));
  // A constant scales what is summed, perhaps to keep the sum finite: it stays inside.
  const isInside = ({ node: f, along }: Factor): boolean =>
    axes.some((d) => along.has(d)) || constantValue(f) !== undefined;
  const two = asTwo(factors.filter(isInside));
  if (!two) return undefined;
  // The one whose own axes come first has the rows, and the result lies as it is wanted.
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

  const operand = (f: Factor, own: readonly number[]): Node => {
    const order = [...groups.batch, ...own, ...axes];
    const ones = range(x.shape.length).filter((d) => !order.includes(d));
    return reshape('contract', permute(f.node, [...order, ...ones]), sizes(order));
  };
  const product = contract(operand(a, groups.rows), operand(b, groups.columns), groups.batch.length, axes.length);
  const order = [...groups.batch, ...groups.rows, ...groups.columns];
  const aligned = permute(
    product,
    [...order].sort((c, d) => c - d).map((d) => order.indexOf(d)),
  );
  const back = reshape(
    'sum',
    aligned,
    node.shape.map((n, d) => (order.includes(d) ? n : 1)),
  );
  const outside = factors.filter((f) => !isInside(f));
  return broadcastTo('sum', [{ node: back, along: new Set(order) }, ...outside].reduce(times).node, node.shape);
}

/** A contraction as a product, or with fewer examples and more rows or columns. */
export const plainer = (node: Node<'contract'>, isData: IsData): Node | undefined =>
  sizeOf(node.shape) === 0 ? undefined : (outer(node) ?? shared(node, isData));

/**
 * A contraction whose rows and columns are exchanged afterwards is one with its operands exchanged.
 */
export function exchanged(node: Node<'permute'>): Node | undefined {
  const y = node.inputs[0]!;
  if (!is(y, 'contract')) return undefined;
  const { batch, rows, columns, inner } = y.attrs;
  const order = [...range(batch), ...range(columns).map((i) => batch + rows + i), ...range(rows).map((i) => batch + i)];
  if (rows === 0 || columns === 0 || !order.every((d, i) => node.attrs.order[i] === d)) return undefined;
  return contract(y.inputs[1]!, y.inputs[0]!, batch, inner);
}
