import { checkCount, checkFlag } from '../graph/checks.ts';
import { checkOptions } from '../graph/options.ts';
import { sameShape, show, showAny } from '../graph/shape.ts';
import { ones, zeros } from '../tensor/create.ts';
import { batchNorm as normalise } from '../tensor/ops/normalization.ts';
import { asTensor, type Tensor, type TensorLike } from '../tensor/tensor.ts';
import { stopGradient } from '../tensor/transforms/stopGradient.ts';
import { checkParameters, type Affine } from './affine.ts';

/** Running averages of each channel's mean and variance over the training batches, [C] each. */
export interface BatchNormState {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** The options of batch normalisation. */
export interface BatchNormOptions {
  /**
   * If true, x is normalised by its own mean and variance, which also enter the state; if false, by
   * those of the state.
   */
  readonly train: boolean;
  /** The weight of a new batch in the running averages, from 0 to 1; 0.1 by default. */
  readonly momentum?: number;
  /** A number, at least 0, that is added to the variance; 1e-5 by default. */
  readonly eps?: number;
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015, Algorithm 1): (x − mean) / √(variance + eps) ·
 * weight + bias for each channel of x [N, C, …]. Returns the result and the next state. In
 * training, mean and variance are those of x, and the variance divides by its number of elements n;
 * state ← (1 − momentum) state + momentum · batch, where the batch's variance divides by n − 1
 * (PyTorch's conventions). Otherwise they are the state's, which does not change. The next state is
 * a constant to differentiation. Throws if x or the state has another number of channels, and in
 * training if a channel has only one element.
 */
export function batchNorm(
  params: Required<Affine>,
  state: BatchNormState,
  x: TensorLike,
  options: BatchNormOptions,
): [y: Tensor, state: BatchNormState] {
  const name = 'nn.batchNorm';
  const { weight, bias } = checkParameters(name, ['weight', 'bias'], params);
  checkParameters(name, ['mean', 'variance'], state);
  const { train, momentum = 0.1, eps = 1e-5 } = checkOptions(name, options, ['train', 'momentum', 'eps']);
  checkFlag(name, 'train', train);
  if (typeof momentum !== 'number' || !(momentum >= 0 && momentum <= 1))
    throw new Error(`${name}: momentum must be from 0 to 1, got ${showAny(momentum)}`);
  const t = asTensor(name, x);
  if (t.rank < 2 || t.shape[1] !== weight.size)
    throw new Error(`${name}: x must have shape [N, ${weight.size}, …], got ${show(t.shape)}`);
  for (const [part, own] of Object.entries({ mean: state.mean, variance: state.variance }))
    if (!sameShape(own.shape, weight.shape))
      throw new Error(`${name}: the state's ${part} must have shape ${show(weight.shape)}, got ${show(own.shape)}`);
  const scaled = { scale: weight, offset: bias, eps };
  if (!train) return [normalise(t, { ...state, ...scaled }), state];
  const n = t.size / weight.size;
  if (n < 2) throw new Error(`${name}: training needs more than one number for each channel, got ${show(t.shape)}`);
  const others = { axis: t.shape.map((_, i) => i).filter((i) => i !== 1) };
  const batch = { mean: t.mean(others), variance: t.variance(others).mul(n / (n - 1)) };
  const next = (old: Tensor, now: Tensor): Tensor => stopGradient(old.mul(1 - momentum).add(now.mul(momentum)));
  return [normalise(t, scaled), { mean: next(state.mean, batch.mean), variance: next(state.variance, batch.variance) }];
}

/**
 * Returns parameters and a state for which batch normalisation is the identity, up to eps: weight
 * 1, bias 0, mean 0, variance 1, [channels] each. Throws unless `channels` is a positive integer.
 */
batchNorm.init = (channels: number): { params: Required<Affine>; state: BatchNormState } => {
  checkCount('nn.batchNorm.init', 'channels', channels);
  return {
    params: { weight: ones([channels]), bias: zeros([channels]) },
    state: { mean: zeros([channels]), variance: ones([channels]) },
  };
};
