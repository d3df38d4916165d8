import { showAny } from '../../graph/shape.ts';
import { stack } from '../../tensor/ops/movement.ts';
import { asTensor, type Tensor, type TensorLike } from '../../tensor/tensor.ts';
import { stopGradient } from '../../tensor/transforms/stopGradient.ts';

/** Several losses: one tensor [losses] or a list of scalars. */
export type LossList = Tensor | readonly TensorLike[];

/**
 * Weights of losses that follow the training. The caller keeps the state, a tree of tensors and
 * keys. The weights have shape [losses] and are constants to differentiation: train on
 * `weights.mul(losses).sum()`.
 */
export interface Weighting<S> {
  /** Returns the state before the first step, for this many losses. */
  init(lanes: number): S;
  /**
   * Returns the weights for this step and the state for the next. `losses` are those of this step,
   * `state` is what the last step returned, and `norms` are the gradients' norms, which only
   * gradNorm reads. Throws if the number of losses is not that of the state.
   */
  apply(losses: LossList, state: S, options?: { readonly norms?: Tensor }): [weights: Tensor, next: S];
}

/**
 * Returns the losses as a tensor [lanes], constant to differentiation. Throws, with `name`, if
 * there are more or fewer, or if one is no scalar.
 */
export function lossVector(name: string, losses: LossList, lanes: number): Tensor {
  const vector = Array.isArray(losses) ? stack(losses as readonly TensorLike[]) : asTensor(name, losses as Tensor);
  if (vector.rank !== 1 || vector.shape[0] !== lanes)
    throw new Error(
      `${name}: ${lanes} losses are needed, as a list of scalars or a tensor [${lanes}], got shape [${vector.shape.join(', ')}]`,
    );
  return stopGradient(vector);
}

/** Returns the number of losses. Throws, with `name`, unless it is a positive integer. */
export function checkLanes(name: string, lanes: number): number {
  if (!Number.isInteger(lanes) || lanes < 1)
    throw new Error(`${name}: lanes must be a positive integer, got ${showAny(lanes)}`);
  return lanes;
}
