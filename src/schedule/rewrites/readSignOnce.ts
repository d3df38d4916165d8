import type { Node } from '../../graph/node.ts';
import { make } from '../../graph/simplify.ts';
import { independent } from './independent.ts';
import type { Context, Rewrite } from './rewrite.ts';

/** A node with the sign of x: y where x is sgn(y). */
function signOf(x: Node, isData: Context['isData']): Node {
  if (isData(x)) return x;
  if (x.op === 'reshape') return make('reshape', [signOf(x.inputs[0]!, isData)], x.shape, x.attrs);
  return x.op === 'elementwise' && x.attrs.name === 'sign' ? x.inputs[0]! : x;
}

/**
 * GradDrop whose G_i is s g_i with one s for all lanes, as sgn(A) is, reads s alone and is spared a
 * pass through the lanes. Only the sign of s counts, so no kernel has to store sgn(A).
 */
export const readSignOnce: Rewrite<'signDrop'> = (node, { isData }) => {
  const [g, G, ...rest] = node.inputs as [Node, Node, ...Node[]];
  if (node.attrs.factor || G.op !== 'elementwise' || G.attrs.name !== 'mul' || isData(G)) return undefined;
  const at = G.inputs.indexOf(g);
  const factor = at < 0 ? undefined : independent(G.inputs[1 - at]!, 0, isData);
  return factor && make('signDrop', [g, signOf(factor, isData), ...rest], node.shape, { ...node.attrs, factor: true });
};
