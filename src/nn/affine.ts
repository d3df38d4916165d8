import { checkFunction } from '../graph/checks.ts';
import type { Shape } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import { sameShape, show, showAny } from '../graph/shape.ts';
import { split } from '../tensor/split.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { asTensor, Tensor } from '../tensor/tensor.ts';
import { fansOf, symmetric, type Initialiser } from './init/initialiser.ts';

/** Parameters of a layer that multiplies and adds. PyTorch's names, so that its checkpoints fit. */
export interface Affine {
  readonly weight: Tensor;
  /** Not there for a layer made with `bias: false`. */
  readonly bias?: Tensor;
}

export interface AffineOptions {
  /** What the weight begins as: U(−1/√fan, 1/√fan) of its inputs by default. */
  readonly weight?: Initialiser;
  /** What the bias begins as, by default as the weight; false for none. */
  readonly bias?: Initialiser | false;
}

export const affineOptions = ['weight', 'bias'] as const;

/**
 * A weight [outputs, inputs, …] and a bias [outputs], by default as PyTorch's `nn.Linear` and
 * `nn.Conv2d` begin.
 */
export function affine(name: string, key: Key, shape: Shape, options: AffineOptions): Affine {
  const fan = fansOf(name, shape).in;
  const usual: Initialiser = (k, s) => symmetric(k, s, fan === 0 ? 0 : 1 / Math.sqrt(fan));
  const { weight = usual, bias = usual } = checkOptions(name, options, affineOptions);
  const [first, second] = split(checkKey(name, key), 2) as [Key, Key];
  return {
    weight: initial(name, weight, first, shape),
    ...(bias !== false && { bias: initial(name, bias, second, [shape[0]!]) }),
  };
}

/** What an initialiser gives, or an error if it has another shape. */
export function initial(name: string, initialiser: Initialiser, key: Key, shape: Shape): Tensor {
  checkFunction(name, initialiser);
  const t = asTensor(name, initialiser(key, shape));
  if (!sameShape(t.shape, shape))
    throw new Error(`${name}: the initialiser must give shape ${show(shape)}, got ${show(t.shape)}`);
  return t;
}

/** A layer's parameters as given: tensors under the names that it has. */
export function checkParameters<P extends object>(name: string, names: readonly (keyof P & string)[], given: P): P {
  const of = (given ?? {}) as Record<string, unknown>;
  for (const part of names)
    if (!(of[part] instanceof Tensor))
      throw new Error(`${name}: parameters with the tensors ${names.join(' and ')} are needed, got ${showAny(given)}`);
  return given;
}
