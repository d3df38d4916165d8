import { diagonal, reshape } from '../../graph/build.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { newShape } from '../newShape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tensors } from '../tree.ts';

/**
 * The type of a Jacobian: for each tensor of Y a tree like X, whose tensors have shape [...output,
 * ...input].
 */
export type Jacobian<Y, X> = Y extends Tensor | number
  ? X
  : Y extends readonly unknown[] | object
    ? { [K in keyof Y]: Jacobian<Y[K], X> }
    : Tensors<Y>;

/** The unit tensors of a shape, stacked: [size, ...shape]. */
export function basis(shape: Shape): Node {
  const n = sizeOf(shape);
  return reshape(diagonal(n, n), [n, ...shape]);
}

/** Reshapes the row-major rows of a Jacobian to [...output, ...input]. */
export const toBlock = (name: string, rows: Node, output: Shape, input: Shape): Node =>
  reshape(rows, newShape(name, [...output, ...input]));
