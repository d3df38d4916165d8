import { contract, moveAxis, squeeze } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { independent } from './independent.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * If one operand of a contraction is the same for all indices of a batch axis, turns that axis into
 * rows or columns of the other operand: h · w_i for all i becomes h · [w_1 … w_n].
 */
export const batchToRows: Rewrite<'contract'> = (node, context) => {
  const [a, b] = node.inputs as [Node, Node];
  const { batch, rows, inner } = node.attrs;
  if (sizeOf(node.shape) === 0) return undefined;
  for (let d = 0; d < batch; d++) {
    if (node.shape[d] === 1) continue;
    const left = independent(a, d, context.isData);
    const right = left ? undefined : independent(b, d, context.isData);
    if (!left && !right) continue;
    const y = left
      ? contract(squeeze(left, [d]), moveAxis(b, d, batch - 1), batch - 1, inner)
      : contract(moveAxis(a, d, batch - 1), squeeze(right!, [d]), batch - 1, inner);
    const simpler = y.op === 'contract' ? (batchToRows(y, context) ?? y) : y;
    return moveAxis(simpler, left ? batch - 1 + rows : batch - 1, d);
  }
  return undefined;
};
