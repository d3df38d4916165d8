import { constant, mul, reshape, squeeze, stopGradient, sum, where } from '../graph/build.ts';
import { decide, keepsPositive, laneWeight, purityOf, sidesOf, type Sides } from '../../kernels/graddrop.ts';
import type { Node, OpAttrs } from '../graph/node.ts';
import { apply, replay } from '../graph/partials.ts';

/**
 * Returns a function that computes both sums over lanes G [lanes, …], of lanes times a scale if one
 * is given.
 */
const sumsOf =
  (G: Node) =>
  (scale?: Node): Sides<Node> => {
    const [p, n] = sidesOf(apply, scale ? mul(G, scale) : G);
    return [squeeze(sum(p, [0]), [0]), squeeze(sum(n, [0]), [0])];
  };

/** Returns the purity P = p / (p + q) of lanes G [lanes, …], or ½ where all lanes are zero. */
export const purity = (G: Node): Node => decide(apply, sumsOf(G), (p, n) => purityOf(apply, p, n));

/**
 * Returns the weight of each lane in a GradDrop with these inputs and attributes, ℓ + (1 − ℓ) M,
 * [lanes, …], made of ordinary operations. The transpose of the node needs it, and tests compare
 * the node with Σ weights·g.
 */
export function laneWeights(inputs: readonly Node[], { leak, keepZero, k, keep }: OpAttrs['signDrop']): Node {
  const [g, G, u, ...rest] = inputs as [Node, Node, Node, ...Node[]];
  const leaks = leak ? reshape(rest[0]!, [g.shape[0]!, ...g.shape.slice(1).map(() => 1)]) : 0;
  const keepsP = keepsPositive(apply, { k, keep: (P) => replay(keep!, [P]) }, u);
  const side = decide(apply, sumsOf(G), (p, n) => where(keepsP(p, n), constant(1), constant(-1)));
  return stopGradient(laneWeight(apply, G, side, leaks, keepZero ? rest[leak ? 1 : 0] : undefined));
}
