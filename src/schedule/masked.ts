import { broadcastTo, constant, planned, reshape, signDrop, squeeze, sum } from '../graph/build.ts';
import { is, sizeOf, type Node } from '../graph/node.ts';
import { contracted } from './products.ts';

/**
 * GradDrop with masks that several positions share, where the lanes are products: Σ_i M_if δ_ib
 * w_if is a contraction of δ with M w, and the lanes are never laid out. The node itself decides,
 * once for each mask, with ±1 in the lanes' places.
 */
export function masked(node: Node<'signDrop'>, isData: (node: Node) => boolean): Node | undefined {
  const [g, G, u, ...rest] = node.inputs as [Node, Node, Node, ...Node[]];
  const { leak, keepZero, ...decision } = node.attrs;
  if (sizeOf(G.shape) === sizeOf(g.shape)) return undefined;
  const total = (weights: Node): Node | undefined => {
    const lanes = sum(planned('mul', broadcastTo('signDrop', weights, g.shape), g), [0]);
    const product = is(lanes, 'reduce') ? contracted(lanes, isData) : undefined;
    return product && squeeze(product, [0]);
  };
  const signs = signDrop([planned('sign', G), G, u], { ...decision, leak: false, keepZero: false });
  const side = reshape('signDrop', signs, [1, ...signs.shape]);
  const kept = planned('greater', planned('mul', side, G), constant(0));
  const share = leak ? reshape('signDrop', rest[0]!, [g.shape[0]!, ...node.shape.map(() => 1)]) : constant(0);
  // Where no side is kept because a lane is not finite, nothing else may hide it.
  const weights = planned('where', planned('isNaN', side), side, planned('where', kept, constant(1), share));
  const y = total(weights);
  if (!y || !keepZero) return y;
  const A = rest[leak ? 1 : 0]!;
  const none = planned('equal', G, constant(0));
  const passed = total(planned('where', none, planned('sub', constant(1), share), constant(0)));
  return passed && planned('add', y, planned('where', planned('equal', A, constant(0)), passed, constant(0)));
}
