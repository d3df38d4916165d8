import { vmapNodes } from '../../autodiff/batch.ts';
import { diagonal, reshape } from '../../graph/build.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { newShape } from '../newShape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tensors } from '../tree.ts';
import { trace } from './trace.ts';

/**
 * The type of the Jacobian of a result of type Y with respect to an argument of type X: for each
 * tensor of Y a tree like X, whose tensors have shape [...output, ...input].
 */
export type Jacobian<Y, X> = Y extends Tensor | number
  ? X
  : Y extends readonly unknown[] | object
    ? { [K in keyof Y]: Jacobian<Y[K], X> }
    : Tensors<Y>;

/**
 * Applies a linear map to every unit tensor of a shape, which has one element 1 and all others 0.
 * The results are stacked along a new first axis, [size, …], in row-major order of the 1.
 */
export function overUnits(shape: Shape, map: (unit: readonly Node[]) => readonly Node[]): Node[] {
  const n = sizeOf(shape);
  const units = reshape(diagonal(n, n), [n, ...shape]);
  return trace(() => vmapNodes(map, [units], [true], n, 'shared draws'));
}

/**
 * Returns the rows of a Jacobian, one for each element of the output in row-major order, in the
 * shape [...output, ...input]. Throws, with `name`, if that has too many axes or elements.
 */
export const toBlock = (name: string, rows: Node, output: Shape, input: Shape): Node =>
  reshape(rows, newShape(name, [...output, ...input]));
