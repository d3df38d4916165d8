import * as build from '../graph/build.ts';
import { sizeOf, type Node, type OpAttrs, type Shape } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import type { Expr } from '../graph/scalar.ts';
import { checkAxes, sameShape, show, showAny } from '../graph/shape.ts';
import { tensor } from '../tensor/create.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { knownValues } from '../tensor/ops/indices.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor/tensor.ts';
import { traceKeep } from './keep.ts';
import { powerOfTwo, withNormOf } from './rescale.ts';
import { ruleOf, type Rule } from './rule.ts';

/** The options of GradDrop; docs/several-losses.md explains each with an example. */
export interface SignDropOptions {
  /**
   * The key of the draws U. Use another key in each step, such as `foldIn(key, step)`. It is
   * required unless `draw` is given.
   */
  readonly key?: Key;
  /** The draws U themselves, in the purity's shape, in place of a key. They are meant for tests. */
  readonly draw?: TensorLike;
  /**
   * The slope k of the keep function f(P) = k (P − ½) + ½, from 0 (Random GradDrop, which ignores
   * the purity) to 1 (GradDrop, the default). Above 1 the sign would be settled before the
   * gradients agree, and below 0 the weaker side would be preferred.
   */
  readonly k?: number;
  /**
   * Another keep function f, in place of k. It receives the purity P as a scalar and is made of
   * elementwise operations on P and numbers.
   */
  readonly keep?: (p: Tensor) => TensorLike;
  /**
   * The leak ℓ, the fraction of a lane's gradient that always passes, from 0 (the default) to 1:
   * one number for all lanes, or one for each.
   */
  readonly leak?: number | readonly number[] | Tensor;
  /**
   * The axes of h over which the G_i are summed before signs are read; all positions along them
   * share one draw and one mask. 'batch' is axis 0, and the default if h has two axes or more.
   * 'none' decides at every position. A list names axes of h. It must be given if h has fewer than
   * two axes. Over gradients of parameters, only 'none' is allowed, and is the default.
   */
  readonly marginalize?: 'batch' | 'none' | readonly number[];
  /**
   * If true (the default), gradients are multiplied by the sign of h before signs are read, so that
   * they say whether |h| should grow or shrink. If false, signs are those of the gradients.
   */
  readonly inputSign?: boolean;
  /**
   * If true, the result is scaled to the norm of the lanes' sum, over the whole tensor; false by
   * default. A result of zero stays zero.
   */
  readonly preserveNorm?: boolean;
  /**
   * What happens where h = 0 and its sign is read. 'keep' (the default) passes lanes with G_i = 0,
   * 'drop' drops them (Algorithm 1 to the letter), and 'positive' takes sgn(0) as +1.
   */
  readonly zeroSign?: 'keep' | 'drop' | 'positive';
}

const zeroSigns = ['keep', 'drop', 'positive'];

// prettier-ignore
const optionNames = [
  'key', 'draw', 'k', 'keep', 'leak', 'marginalize', 'inputSign', 'preserveNorm', 'zeroSign',
] as const;

/**
 * Throws, with `name`, if an option is not valid, whatever the lanes. Leaks that only a device
 * knows are not checked.
 */
export function checkSignDrop(name: string, o: SignDropOptions): void {
  checkOptions(name, o, optionNames);
  if (o.draw === undefined) checkKey(name, o.key);
  if (o.k !== undefined && o.keep !== undefined) throw new Error(`${name}: give k or keep, not both`);
  if (o.k !== undefined && !(typeof o.k === 'number' && o.k >= 0 && o.k <= 1))
    throw new Error(`${name}: k must be from 0 to 1, got ${showAny(o.k)}`);
  if (o.zeroSign !== undefined && !zeroSigns.includes(o.zeroSign))
    throw new Error(`${name}: zeroSign must be ${zeroSigns.map(showAny).join(', ')}, got ${showAny(o.zeroSign)}`);
  for (const flag of ['inputSign', 'preserveNorm'] as const)
    if (o[flag] !== undefined && typeof o[flag] !== 'boolean')
      throw new Error(`${name}: ${flag} must be true or false, got ${showAny(o[flag])}`);
  const { leak = 0 } = o;
  // Only leaks that the host knows are checked; others are the caller's responsibility.
  const leaks = leak instanceof Tensor ? knownValues(nodeOf(name, leak)) : Array.isArray(leak) ? leak : [leak];
  for (const l of Array.from(leaks ?? []))
    if (!(typeof l === 'number' && l >= 0 && l <= 1))
      throw new Error(`${name}: a leak must be from 0 to 1, got ${showAny(l)}`);
}

/**
 * Returns the axes of h that are summed over, for the shape h, or undefined for gradients of
 * parameters. Throws, with `name`, if `marginalize` does not fit.
 */
function marginalAxes(name: string, { marginalize }: SignDropOptions, h: Shape | undefined): number[] {
  if (Array.isArray(marginalize) && h) return checkAxes(name, marginalize, h.length);
  if (marginalize === 'none') return [];
  if (!h) {
    if (marginalize === undefined || (Array.isArray(marginalize) && marginalize.length === 0)) return [];
    throw new Error(
      `${name}: over parameters there is no batch to sum over; marginalize must be 'none', got ${showAny(marginalize)}`,
    );
  }
  if (marginalize === undefined && h.length < 2)
    throw new Error(
      `${name}: marginalize must be given for shape ${show(h)}: 'batch' if the first axis counts examples, else 'none'`,
    );
  if (marginalize !== undefined && marginalize !== 'batch')
    throw new Error(`${name}: marginalize must be 'batch', 'none' or a list of axes, got ${showAny(marginalize)}`);
  if (h.length === 0) throw new Error(`${name}: a scalar has no batch axis; marginalize must be 'none', got 'batch'`);
  return [0];
}

/** Throws, with `name`, unless the leak is a number or there is one for each lane. */
function checkLeak(name: string, leak: SignDropOptions['leak'] = 0, lanes: number): void {
  if (typeof leak === 'number') return;
  const shape = leak instanceof Tensor ? leak.shape : [leak.length];
  if (!sameShape(shape, [lanes]))
    throw new Error(`${name}: leak must be a number or one for each of ${lanes} lanes, got shape ${show(shape)}`);
}

/** Returns the leak of each lane as a node [lanes], or undefined if every leak is known to be 0. */
function leakOf(name: string, leak: SignDropOptions['leak'] = 0, lanes: number): Node | undefined {
  checkLeak(name, leak, lanes);
  if (typeof leak === 'number') return leak === 0 ? undefined : build.full([lanes], leak);
  if (leak instanceof Tensor) return nodeOf(name, leak);
  return leak.every((l) => l === 0) ? undefined : tensor(leak).node;
}

/** Returns the shape of the purity: h's, with size 1 along the axes that are summed over. */
const puritySize = (h: Shape, axes: readonly number[]): Shape => h.map((d, a) => (axes.includes(a) ? 1 : d));

/** Throws, with `name`, unless `draw` is missing or has the purity's shape. */
function checkDraw(name: string, draw: TensorLike | undefined, shape: Shape): void {
  if (draw === undefined) return;
  const got = nodeOf(name, draw).shape;
  if (!sameShape(got, shape))
    throw new Error(`${name}: draw must have the purity's shape ${show(shape)}, got ${show(got)}`);
}

/**
 * Returns the G_i whose signs are read: sgn(h)∘g_i, or g_i if h is missing or not read, summed over
 * the axes, which remain with size 1. Only ratios of the sums matter, so they are scaled by a power
 * of two that keeps them finite.
 */
function signed(g: Tensor, h: Tensor | undefined, axes: readonly number[], o: SignDropOptions): Tensor {
  const scale = 1 / powerOfTwo(sizeOf(axes.map((a) => g.shape[a + 1]!)));
  if (!h || o.inputSign === false) return g.mul(scale).sum({ axis: axes.map((a) => a + 1), keepDims: true });
  const sign = o.zeroSign === 'positive' ? h.less(0).where(-scale, scale) : h.sign().mul(scale);
  return g.mul(sign.unsqueeze(0)).sum({ axis: axes.map((a) => a + 1), keepDims: true });
}

/**
 * Returns the inputs and attributes of the `signDrop` node with the value Σ_i (ℓ_i + (1 − ℓ_i) M_i)
 * c_i over lanes i; see `signDrop`. The masks M are computed from the lanes' gradients g, [lanes,
 * …], the value h where they meet (if any), the options o and the keep function. c is `carried`: g,
 * or g times a positive factor. Throws, with `name`, if shapes do not fit.
 */
export function signDropOf(
  name: string,
  o: SignDropOptions,
  keep: Expr | undefined,
  g: Tensor,
  h: Tensor | undefined,
  carried: Tensor = g,
): [inputs: readonly Node[], attrs: OpAttrs['signDrop']] {
  const [lanes, ...rest] = g.shape;
  if (lanes === undefined || (h && !sameShape(rest, h.shape)))
    throw new Error(
      `${name}: the lanes must have shape [lanes, ...${h ? show(h.shape) : 'gradient'}], got ${show(g.shape)}`,
    );
  const axes = marginalAxes(name, o, h?.shape);
  const G = signed(g, h, axes, o);
  const shape = puritySize(rest, axes);
  checkDraw(name, o.draw, shape);
  const u = o.draw === undefined ? build.random(checkKey(name, o.key).node, shape) : nodeOf(name, o.draw);
  const leak = leakOf(name, o.leak, lanes);
  const keepZero = h !== undefined && o.inputSign !== false && (o.zeroSign ?? 'keep') === 'keep';
  const inputs = [carried.node, G.node, u, ...(leak ? [leak] : []), ...(keepZero ? [h.node] : [])];
  const flags = { leak: leak !== undefined, keepZero };
  return [inputs, keep ? { keep, ...flags } : { k: o.k ?? 1, ...flags }];
}

/** Does the work of `signDrop`; `name` is the function that errors name. */
export function signDropAs(name: string, options: SignDropOptions): Rule {
  checkSignDrop(name, options);
  const keep = options.keep && traceKeep(name, options.keep);
  const merge = (g: Tensor, h?: Tensor): Tensor => {
    if (!options.preserveNorm) return new Tensor(build.signDrop(...signDropOf(name, options, keep, g, h)));
    // The lanes are scaled down by a power of two, so that their sum does not overflow. The factor
    // cancels in the quotient of the norms.
    const scale = powerOfTwo(g.shape[0]!);
    const carried = g.mul(1 / scale);
    const merged = new Tensor(build.signDrop(...signDropOf(name, options, keep, g, h, carried)));
    return withNormOf(merged, carried.sum({ axis: 0 })).mul(scale);
  };
  const check = (lanes: number, shape: Shape): void => {
    checkDraw(name, options.draw, puritySize(shape, marginalAxes(name, options, shape)));
    checkLeak(name, options.leak, lanes);
  };
  return Object.assign(ruleOf(name, merge), { check });
}

/**
 * The merge rule of gradient sign dropout (Chen et al. 2020, Algorithm 1, lines 10–15). At each
 * position it keeps the lanes of one sign, the positive one with probability f(P), and drops the
 * others. From G_i = sgn(h)∘g_i, summed over the axes in `marginalize`, it computes
 *
 *     P = ½ (1 + Σ G_i / Σ |G_i|)    M_i = [f(P) > U]·[G_i > 0] + [f(P) ≤ U]·[G_i < 0]    Σ_i (ℓ_i + (1 − ℓ_i) M_i) g_i
 *
 * U is uniform in (0, 1), ℓ_i is the leak, and f(P) = k (P − ½) + ½ or `keep`. Where all G_i are 0,
 * P is ½; where one is infinite or NaN, the result is NaN. For gradients of parameters there is no
 * h: G_i is g_i, and nothing is summed over. Masks are constants to differentiation. Throws if an
 * option is not valid; the rule throws if one does not fit its lanes.
 */
export const signDrop = (options: SignDropOptions): Rule => signDropAs('signDrop', options);
