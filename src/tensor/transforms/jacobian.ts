import { diagonal, reshape } from '../../graph/build.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { newShape } from '../newShape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tensors } from '../tree.ts';

/** For each tensor of Y a tree like X, whose tensors have the shape [...output, ...input]. */
export type Jacobian<Y, X> = Y extends Tensor | number
  ? X
  : Y extends readonly unknown[] | object
    ? { [K in keyof Y]: Jacobian<Y[K], X> }
    : Tensors<Y>;

/** Every unit tensor of a shape, stacked: [size, ...shape]. */
export function basis(shape: Shape): Node {
  const n = sizeOf(shape);
  return reshape(diagonal(n, n), [n, ...shape]);
}

/** Row-major blocks of a Jacobian under their two shapes. */
export const toBlock = (name: string, rows: Node, output: Shape, input: Shape): Node =>
  reshape(rows, newShape(name, [...output, ...input]));
