import { showAny } from '../../graph/shape.ts';
import { stack } from '../../tensor/ops/movement.ts';
import { asTensor, type Tensor, type TensorLike } from '../../tensor/tensor.ts';
import { stopGradient } from '../../tensor/transforms/stopGradient.ts';

/** Several losses, as one tensor [losses] or as a list of scalars. */
export type LossList = Tensor | readonly TensorLike[];

/**
 * Loss weights that follow the training. The caller keeps the state, a tree of tensors. The weights
 * have shape [losses] and are constants to differentiation: train on `weights.mul(losses).sum()`.
 */
export interface Weighting<S> {
  init(lanes: number): S;
  apply(losses: LossList, state: S, options?: { readonly norms?: Tensor }): [weights: Tensor, next: S];
}

/** Returns the losses as a tensor [losses], constant to differentiation. */
export function lossVector(name: string, losses: LossList, lanes: number): Tensor {
  const vector = Array.isArray(losses) ? stack(losses as readonly TensorLike[]) : asTensor(name, losses as Tensor);
  if (vector.rank !== 1 || vector.shape[0] !== lanes)
    throw new Error(
      `${name}: ${lanes} losses are needed, as a list of scalars or a tensor [${lanes}], got shape [${vector.shape.join(', ')}]`,
    );
  return stopGradient(vector);
}

/** Returns the number of losses. Throws unless it is a positive integer. */
export function checkLanes(name: string, lanes: number): number {
  if (!Number.isInteger(lanes) || lanes < 1)
    throw new Error(`${name}: lanes must be a positive integer, got ${showAny(lanes)}`);
  return lanes;
}
