import { constant, mul, reshape, squeeze, stopGradient, sum } from '../graph/build.ts';
import {
  decide,
  keepsPositive,
  laneWeight,
  purityOf,
  sidesOf,
  type Apply,
  type Sides,
} from '../../kernels/graddrop.ts';
import type { Node } from '../graph/node.ts';
import { replay } from '../graph/partials.ts';
import { expressionOf } from '../graph/scalar.ts';

const apply: Apply<Node> = (f, ...xs) =>
  replay(
    expressionOf(f),
    xs.map((x) => (typeof x === 'number' ? constant(x) : x)),
  );

/** The sums over both sides of lanes G [lanes, …], each lane times a scale. */
const sumsOf =
  (G: Node) =>
  (scale?: Node): Sides<Node> => {
    const [p, n] = sidesOf(apply, scale ? mul(G, scale) : G);
    return [squeeze(sum(p, [0]), [0]), squeeze(sum(n, [0]), [0])];
  };

/** P = p / (p + q) of lanes G [lanes, …], ½ where all are zero. */
export const purity = (G: Node): Node => decide(apply, sumsOf(G), (p, n) => purityOf(apply, p, n));

/**
 * What GradDrop multiplies each lane by: ℓ + (1 − ℓ) M out of ordinary operations. The transpose of
 * the node needs them, and Σ weights·g is the node's oracle.
 */
export function laneWeights(y: Node<'signDrop'>): Node {
  const [g, G, u, ...rest] = y.inputs as [Node, Node, Node, ...Node[]];
  const { leak, keepZero, k, keep } = y.attrs;
  const leaks = leak ? reshape('signDrop', rest[0]!, [g.shape[0]!, ...y.shape.map(() => 1)]) : 0;
  const positive = decide(apply, sumsOf(G), keepsPositive(apply, { k, keep: (P) => replay(keep!, [P]) }, u));
  return stopGradient(laneWeight(apply, G, positive, leaks, keepZero ? rest[leak ? 1 : 0] : undefined));
}
