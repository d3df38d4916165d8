import type { Node } from '../../graph/node.ts';
import { make } from '../../graph/simplify.ts';
import { independent } from './independent.ts';
import type { Context, Rewrite } from './rewrite.ts';

/**
 * Returns a node whose elements have the same signs as x's: if x is sgn(y), returns y, so that
 * sgn(y) need not be computed.
 */
function signOf(x: Node, isData: Context['isData']): Node {
  if (isData(x)) return x;
  if (x.op === 'reshape') return make('reshape', [signOf(x.inputs[0]!, isData)], x.shape, x.attrs);
  return x.op === 'elementwise' && x.attrs.name === 'sign' ? x.inputs[0]! : x;
}

/**
 * Rewrites a GradDrop with G_i = s g_i, where all lanes share the factor s, as in s = sgn(A). It
 * then reads s instead of G, which saves one pass through the lanes. Only the sign of s counts, so
 * no kernel stores sgn(A).
 */
export const readSignOnce: Rewrite<'signDrop'> = (node, { isData }) => {
  const [g, G, ...rest] = node.inputs as [Node, Node, ...Node[]];
  if (node.attrs.factor || G.op !== 'elementwise' || G.attrs.name !== 'mul' || isData(G)) return undefined;
  const at = G.inputs.indexOf(g);
  const factor = at < 0 ? undefined : independent(G.inputs[1 - at]!, 0, isData);
  return factor && make('signDrop', [g, signOf(factor, isData), ...rest], node.shape, { ...node.attrs, factor: true });
};
