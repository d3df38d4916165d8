import { laneWeight } from '../../../kernels/graddrop.ts';
import {
  add,
  broadcastTo,
  constant,
  elementwise,
  mul,
  reshape,
  signDrop,
  squeeze,
  sum,
  where,
} from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { apply } from '../../graph/partials.ts';
import type { Rewrite } from './rewrite.ts';
import { sumOfProductsToContract } from './sumOfProductsToContract.ts';

/**
 * Rewrites a GradDrop whose masks are shared by several positions and whose lanes are products: Σ_i
 * M_if δ_ib w_if is a contraction of δ with M w, so the lanes are never stored. A smaller GradDrop
 * makes the decision, once for each mask: its lanes are the signs of G, and its result is their sum
 * on the side that is kept.
 */
export const maskLanesByContract: Rewrite<'signDrop'> = (node, context) => {
  const [g, G, u, ...rest] = node.inputs as [Node, Node, Node, ...Node[]];
  const { leak, keepZero, ...decision } = node.attrs;
  if (sizeOf(G.shape) === sizeOf(g.shape)) return undefined;
  const total = (weights: Node): Node | undefined => {
    const lanes = sum(mul(broadcastTo(weights, g.shape), g), [0]);
    const product = lanes.op === 'reduce' ? sumOfProductsToContract(lanes, context) : undefined;
    return product && squeeze(product, [0]);
  };
  const signs = signDrop([elementwise('sign', G), G, u], { ...decision, leak: false, keepZero: false });
  const side = reshape(signs, [1, ...signs.shape]);
  const share = leak ? reshape(rest[0]!, [g.shape[0]!, ...node.shape.map(() => 1)]) : constant(0);
  // If the decision is NaN because a lane is not finite, the result is NaN.
  const y = total(where(elementwise('isNaN', side), side, laneWeight(apply, G, side, share)));
  if (!y || !keepZero) return y;
  const zero = constant(0);
  const passed = total(where(elementwise('equal', G, zero), elementwise('sub', constant(1), share), zero));
  return passed && add(y, where(elementwise('equal', rest[leak ? 1 : 0]!, zero), passed, zero));
};
