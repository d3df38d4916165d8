import { sizeOf, type HostArray, type Node } from '../../graph/node.ts';
import { constantValue } from '../../graph/simplify.ts';
import { repeated, view, walk } from './strides.ts';

/**
 * The operands of Σ_k where(i_k = n, u_k, 0) for n = 0, 1, … along a separate axis, which is how
 * the transpose of a gather is written. As written, the sum has a term for each pair of n and k.
 * `scatter` instead adds each u_k at place i_k.
 */
interface Scatter {
  readonly axis: number;
  /** The indices i and the updates u before they were repeated along `axis`. */
  readonly needs: readonly [Node, Node];
}

const unrealised = (node: Node, name: string): readonly Node[] =>
  node.op === 'elementwise' && node.attrs.name === name && node.value === undefined ? node.inputs : [];

/** Returns the node that x repeats along an axis, or undefined. */
const before = (x: Node, axis: number): Node | undefined =>
  x.value === undefined && x.op === 'expand' && x.inputs[0]!.shape[axis] === 1 ? x.inputs[0] : undefined;

/**
 * Returns the axis along which a node counts 0, 1, …, if it varies along no other axis, else −1.
 */
function countedAxis(node: Node): number {
  const n = node.op === 'expand' ? node.inputs[0]! : node;
  const counts = n.op === 'iota' || (n.op === 'reshape' && n.inputs[0]!.op === 'iota');
  const size = sizeOf(n.shape);
  return counts && node.value === undefined ? n.shape.findIndex((d, i) => d === size && node.shape[i] === size) : -1;
}

/** Returns the operands of y if it is a sum of that kind, else undefined. */
export function scatterOf(y: Node): Scatter | undefined {
  if (y.op !== 'reduce' || y.attrs.kind !== 'sum') return undefined;
  const [hit, updates, other] = unrealised(y.inputs[0]!, 'where');
  if (!hit || constantValue(other!) !== 0) return undefined;
  const [a, b] = unrealised(hit, 'equal');
  for (const [indices, places] of a && b
    ? ([
        [a, b],
        [b, a],
      ] as const)
    : []) {
    const axis = countedAxis(places);
    if (axis < 0 || y.attrs.axes.includes(axis)) continue;
    const [i, u] = [before(indices, axis), before(updates!, axis)];
    if (i && u) return { axis, needs: [i, u] };
  }
  return undefined;
}

/** Computes the sum from its indices and updates, by Kahan's method at each place. */
export function scatter(y: Node, { axis, needs }: Scatter, [indices, updates]: readonly HostArray[]): HostArray {
  const terms = y.inputs[0]!.shape.map((d, i) => (i === axis ? 1 : d));
  const [i, u] = [indices!, updates!].map((x, n) => view(x, terms, repeated(needs[n]!.shape)));
  const by = repeated(y.shape);
  const [sum, carry] = [new Float64Array(sizeOf(y.shape)), new Float64Array(sizeOf(y.shape))];
  walk(terms, by.with(axis, 0), 0, (base, at) => {
    const n = i![at]!;
    if (!Number.isInteger(n) || n < 0 || n >= y.shape[axis]!) return;
    const to = base + n * by[axis]!;
    const term = u![at]! - carry[to]!;
    const next = sum[to]! + term;
    carry[to] = Number.isFinite(next) ? next - sum[to]! - term : 0;
    sum[to] = next;
  });
  return sum;
}
