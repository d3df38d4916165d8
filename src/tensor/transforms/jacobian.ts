import { vmapNodes } from '../../autodiff/batch.ts';
import { diagonal, reshape } from '../../graph/build.ts';
import { sizeOf, type Node, type Shape } from '../../graph/node.ts';
import { newShape } from '../newShape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tensors } from '../tree.ts';
import { trace } from './trace.ts';

/** For each tensor of Y a tree like X, whose tensors have the shape [...output, ...input]. */
export type Jacobian<Y, X> = Y extends Tensor | number
  ? X
  : Y extends readonly unknown[] | object
    ? { [K in keyof Y]: Jacobian<Y[K], X> }
    : Tensors<Y>;

/** What a linear map makes of every unit tensor of a shape, stacked: [size, ...] each. */
export function overUnits(shape: Shape, map: (unit: readonly Node[]) => readonly Node[]): Node[] {
  const n = sizeOf(shape);
  const units = reshape('eye', diagonal(n, n), [n, ...shape]);
  return trace(() => vmapNodes(map, [units], [true], n, 'shared draws'));
}

/** Row-major blocks of a Jacobian under their two shapes. */
export const toBlock = (name: string, rows: Node, output: Shape, input: Shape): Node =>
  reshape(name, rows, newShape(name, [...output, ...input]));
