import { constant, mul, reshape, squeeze, stopGradient, sum, where } from '../graph/build.ts';
import { decide, keepsPositive, laneWeight, purityOf, sidesOf, type Sides } from '../../kernels/graddrop.ts';
import type { Node } from '../graph/node.ts';
import { apply, replay } from '../graph/partials.ts';

/** Adds up both sides of lanes G [lanes, …], each lane times a scale. */
const sumsOf =
  (G: Node) =>
  (scale?: Node): Sides<Node> => {
    const [p, n] = sidesOf(apply, scale ? mul(G, scale) : G);
    return [squeeze(sum(p, [0]), [0]), squeeze(sum(n, [0]), [0])];
  };

/** Gives the purity P = p / (p + q) of lanes G [lanes, …], ½ where all are zero. */
export const purity = (G: Node): Node => decide(apply, sumsOf(G), (p, n) => purityOf(apply, p, n));

/**
 * Gives what GradDrop multiplies each lane by, ℓ + (1 − ℓ) M, in ordinary operations. The transpose
 * of the node needs it, and Σ weights·g is the node's oracle.
 */
export function laneWeights(y: Node<'signDrop'>): Node {
  const [g, G, u, ...rest] = y.inputs as [Node, Node, Node, ...Node[]];
  const { leak, keepZero, k, keep } = y.attrs;
  const leaks = leak ? reshape(rest[0]!, [g.shape[0]!, ...y.shape.map(() => 1)]) : 0;
  const keepsP = keepsPositive(apply, { k, keep: (P) => replay(keep!, [P]) }, u);
  const side = decide(apply, sumsOf(G), (p, n) => where(keepsP(p, n), constant(1), constant(-1)));
  return stopGradient(laneWeight(apply, G, side, leaks, keepZero ? rest[leak ? 1 : 0] : undefined));
}
