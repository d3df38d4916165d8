import { contract } from '../../graph/build.ts';
import { range } from '../../graph/shape.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Rewrites a contraction whose rows and columns are exchanged afterwards as one with exchanged
 * operands: (a bᵀ)ᵀ = b aᵀ.
 */
export const swapOperands: Rewrite<'permute'> = (node, { readsAlone, isData }) => {
  const y = node.inputs[0]!;
  if (!readsAlone || y.op !== 'contract' || isData(y)) return undefined;
  const { batch, rows, columns, inner } = y.attrs;
  const order = [...range(batch), ...range(columns).map((i) => batch + rows + i), ...range(rows).map((i) => batch + i)];
  if (rows === 0 || columns === 0 || !order.every((d, i) => node.attrs.order[i] === d)) return undefined;
  return contract(y.inputs[1]!, y.inputs[0]!, batch, inner);
};
