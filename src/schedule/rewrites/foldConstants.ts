import { elementwise as table, type Scalar } from '../../../kernels/elementwise.ts';
import { broadcastTo } from '../../graph/build.ts';
import { constantValue, isBaked, make } from '../../graph/simplify.ts';
import type { Rewrite } from './rewrite.ts';

/** An operation on constants that are written into kernels is such a constant. */
export const foldConstants: Rewrite<'elementwise'> = (node) => {
  const values = node.inputs.map(constantValue);
  if (!values.every((v): v is number => v !== undefined && isBaked(v))) return undefined;
  const value = (table[node.attrs.name].value as Scalar)(...values);
  return broadcastTo(make('constant', [], [], { value, fixed: true }), node.shape);
};
