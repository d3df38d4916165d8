import { checkFunction } from '../graph/checks.ts';
import type { Shape } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import { sameShape, show, showAny } from '../graph/shape.ts';
import { split } from '../tensor/split.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { asTensor, Tensor } from '../tensor/tensor.ts';
import { fansOf, symmetric, type Initialiser } from './init/initialiser.ts';

/**
 * The parameters of an affine layer: a weight [outputs, inputs, …] and a bias [outputs]. They have
 * PyTorch's names, so that its checkpoints load.
 */
export interface Affine {
  readonly weight: Tensor;
  /** Missing in a layer made with `bias: false`. */
  readonly bias?: Tensor;
}

/** The initialisers of an affine layer's parameters. */
export interface AffineOptions {
  /**
   * The initialiser of the weight. By default draws are uniform in (−1/√fan, 1/√fan), where fan is
   * the number of inputs of each output.
   */
  readonly weight?: Initialiser;
  /**
   * The initialiser of the bias, or false for no bias. By default draws are uniform in (−1/√fan,
   * 1/√fan), even if the weight has another initialiser.
   */
  readonly bias?: Initialiser | false;
}

/** The names of these options. */
export const affineOptions = ['weight', 'bias'] as const;

/**
 * Returns a weight of `shape` [outputs, inputs, …] and, unless `bias` is false, a bias [outputs].
 * By default both are initialised as in PyTorch's `nn.Linear` and `nn.Conv2d`. Throws, with `name`,
 * if the key, the shape or an option is not valid.
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

/** Returns the tensor that an initialiser makes. Throws, with `name`, if it has another shape. */
export function initial(name: string, initialiser: Initialiser, key: Key, shape: Shape): Tensor {
  checkFunction(name, initialiser);
  const t = asTensor(name, initialiser(key, shape));
  if (!sameShape(t.shape, shape))
    throw new Error(`${name}: the initialiser must give shape ${show(shape)}, got ${show(t.shape)}`);
  return t;
}

/**
 * Returns a layer's parameters. Throws, with `name`, unless each of `names` is a tensor in them.
 */
export function checkParameters<P extends object>(name: string, names: readonly (keyof P & string)[], given: P): P {
  const of = (given ?? {}) as Record<string, unknown>;
  for (const part of names)
    if (!(of[part] instanceof Tensor))
      throw new Error(`${name}: parameters with the tensors ${names.join(' and ')} are needed, got ${showAny(given)}`);
  return given;
}
