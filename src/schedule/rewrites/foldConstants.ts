import { elementwise as table, type Scalar } from '../../../kernels/elementwise.ts';
import { broadcastTo } from '../../graph/build.ts';
import { constantValue, isBaked, make } from '../../graph/simplify.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Computes an operation whose inputs are all constants that are written into kernels. The result is
 * such a constant, too.
 */
export const foldConstants: Rewrite<'elementwise'> = (node) => {
  const values = node.inputs.map(constantValue);
  if (!values.every((v): v is number => v !== undefined && isBaked(v))) return undefined;
  const value = (table[node.attrs.name].value as Scalar)(...values);
  return broadcastTo(make('constant', [], [], { value, fixed: true }), node.shape);
};
