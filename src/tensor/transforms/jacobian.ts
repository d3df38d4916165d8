import { vmapNodes } from '../../autodiff/batch.ts';
import { diagonal, reshape } from '../../graph/build.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { newShape } from '../newShape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tensors } from '../tree.ts';
import { trace } from './trace.ts';

/**
 * The type of a Jacobian: for each tensor of Y a tree like X, whose tensors have shape [...output,
 * ...input].
 */
export type Jacobian<Y, X> = Y extends Tensor | number
  ? X
  : Y extends readonly unknown[] | object
    ? { [K in keyof Y]: Jacobian<Y[K], X> }
    : Tensors<Y>;

/** Applies a linear map to every unit tensor of a shape; the results are stacked: [size, ...]. */
export function overUnits(shape: Shape, map: (unit: readonly Node[]) => readonly Node[]): Node[] {
  const n = sizeOf(shape);
  const units = reshape(diagonal(n, n), [n, ...shape]);
  return trace(() => vmapNodes(map, [units], [true], n, 'shared draws'));
}

/** Reshapes the row-major rows of a Jacobian to [...output, ...input]. */
export const toBlock = (name: string, rows: Node, output: Shape, input: Shape): Node =>
  reshape(rows, newShape(name, [...output, ...input]));
