import * as build from '../graph/build.ts';
import type { Node, Shape } from '../graph/node.ts';
import { checkOptions } from '../graph/options.ts';
import type { Expr } from '../graph/scalar.ts';
import { checkAxes, sameShape, show, showAny } from '../graph/shape.ts';
import { sizeOf } from '../graph/node.ts';
import { tensor } from '../tensor/create.ts';
import { checkKey, type Key } from '../tensor/key.ts';
import { knownValues } from '../tensor/ops/indices.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor/tensor.ts';
import { traceKeep } from './keep.ts';
import { powerOfTwo, withNormOf } from './rescale.ts';
import { ruleOf, type Rule } from './rule.ts';

export interface SignDropOptions {
  /** What the draws are a function of. Needed unless `draw` is given. */
  readonly key?: Key;
  /** The draws U themselves, of the purity's shape, in place of those of a key: for tests. */
  readonly draw?: TensorLike;
  /** Slope of the keep function f(P) = k (P − ½) + ½, from 0 (Random GradDrop) to 1 (GradDrop). */
  readonly k?: number;
  /** Another keep function, of elementwise operations and numbers. */
  readonly keep?: (p: Tensor) => TensorLike;
  /**
   * The share ℓ of a lane's gradient that passes in any case: one for all lanes, or one for each.
   */
  readonly leak?: number | readonly number[] | Tensor;
  /**
   * The axes of h over which signs are summed before they are counted; 'batch', axis 0, for rank 2
   * and more.
   */
  readonly marginalize?: 'batch' | 'none' | readonly number[];
  /** Whether gradients are multiplied with the sign of h before their signs are read. */
  readonly inputSign?: boolean;
  /** Whether the result is scaled to the norm of the lanes' sum. */
  readonly preserveNorm?: boolean;
  /**
   * Where h is 0: 'keep' passes lanes whose summed sign is 0, 'drop' drops them (Algorithm 1 to the
   * letter), 'positive' reads sgn(0) as +1.
   */
  readonly zeroSign?: 'keep' | 'drop' | 'positive';
}

const zeroSigns = ['keep', 'drop', 'positive'];

// prettier-ignore
const optionNames = [
  'key', 'draw', 'k', 'keep', 'leak', 'marginalize', 'inputSign', 'preserveNorm', 'zeroSign',
] as const;

export function checkSignDrop(name: string, o: SignDropOptions): void {
  checkOptions(name, o, optionNames);
  if (o.draw === undefined) checkKey(name, o.key);
  if (o.k !== undefined && o.keep !== undefined) throw new Error(`${name}: give k or keep, not both`);
  if (o.k !== undefined && !(typeof o.k === 'number' && o.k >= 0 && o.k <= 1))
    throw new Error(
      `${name}: k must be from 0 to 1, got ${showAny(o.k)}; beyond 1 the sign would be settled before the gradients agree, ` +
        'below 0 the weaker side would be preferred',
    );
  if (o.zeroSign !== undefined && !zeroSigns.includes(o.zeroSign))
    throw new Error(`${name}: zeroSign must be ${zeroSigns.map(showAny).join(', ')}, got ${showAny(o.zeroSign)}`);
  for (const flag of ['inputSign', 'preserveNorm'] as const)
    if (o[flag] !== undefined && typeof o[flag] !== 'boolean')
      throw new Error(`${name}: ${flag} must be true or false, got ${showAny(o[flag])}`);
  const { leak = 0 } = o;
  // Of a tensor what the host knows; the rest is the user's to keep in bounds.
  const leaks = leak instanceof Tensor ? knownValues(nodeOf(name, leak)) : Array.isArray(leak) ? leak : [leak];
  for (const l of Array.from(leaks ?? []))
    if (!(typeof l === 'number' && l >= 0 && l <= 1))
      throw new Error(`${name}: a leak must be from 0 to 1, got ${showAny(l)}`);
}

/** The axes of h that are summed over. */
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

function checkLeak(name: string, leak: SignDropOptions['leak'] = 0, lanes: number): void {
  if (typeof leak === 'number') return;
  const shape = leak instanceof Tensor ? leak.shape : [leak.length];
  if (!sameShape(shape, [lanes]))
    throw new Error(`${name}: leak must be a number or one for each of ${lanes} lanes, got shape ${show(shape)}`);
}

/** What leaks, one number for each lane; nothing if it is 0 for all. */
function leakOf(name: string, leak: SignDropOptions['leak'] = 0, lanes: number): Node | undefined {
  checkLeak(name, leak, lanes);
  if (typeof leak === 'number') return leak === 0 ? undefined : build.full([lanes], leak);
  if (leak instanceof Tensor) return nodeOf(name, leak);
  return leak.every((l) => l === 0) ? undefined : tensor(leak).node;
}

const puritySize = (h: Shape, axes: readonly number[]): Shape => h.map((d, a) => (axes.includes(a) ? 1 : d));

function checkDraw(name: string, draw: TensorLike | undefined, shape: Shape): void {
  if (draw === undefined) return;
  const got = nodeOf(name, draw).shape;
  if (!sameShape(got, shape))
    throw new Error(`${name}: draw must have the purity's shape ${show(shape)}, got ${show(got)}`);
}

/**
 * What signs are read from: sgn(A)∘g, summed over the axes. Only ratios of the sums count, so they
 * are scaled by a power of two that keeps them finite.
 */
function signed(g: Tensor, h: Tensor | undefined, axes: readonly number[], o: SignDropOptions): Tensor {
  const scale = 1 / powerOfTwo(sizeOf(axes.map((a) => g.shape[a + 1]!)));
  if (!h || o.inputSign === false) return g.mul(scale).sum({ axis: axes.map((a) => a + 1), keepDims: true });
  const sign = o.zeroSign === 'positive' ? h.less(0).where(-scale, scale) : h.sign().mul(scale);
  return g.mul(sign.unsqueeze(0)).sum({ axis: axes.map((a) => a + 1), keepDims: true });
}

/** The merge as one node, its lanes `carried` in g's place where that is scaled. */
export function signDropNode(
  name: string,
  o: SignDropOptions,
  keep: Expr | undefined,
  g: Tensor,
  h: Tensor | undefined,
  carried: Tensor = g,
): Node<'signDrop'> {
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
  return build.signDrop(inputs, keep ? { keep, ...flags } : { k: o.k ?? 1, ...flags }) as Node<'signDrop'>;
}

export function signDropAs(name: string, options: SignDropOptions): Rule {
  checkSignDrop(name, options);
  const keep = options.keep && traceKeep(name, options.keep);
  const merge = (g: Tensor, h?: Tensor): Tensor => {
    if (!options.preserveNorm) return new Tensor(signDropNode(name, options, keep, g, h));
    // Sums of lanes scaled down by a power of two do not overflow, and the quotient of the norms
    // does not see it.
    const scale = powerOfTwo(g.shape[0]!);
    const carried = g.mul(1 / scale);
    const merged = new Tensor(signDropNode(name, options, keep, g, h, carried));
    return withNormOf(merged, carried.sum({ axis: 0 })).mul(scale);
  };
  const check = (lanes: number, shape: Shape): void => {
    checkDraw(name, options.draw, puritySize(shape, marginalAxes(name, options, shape)));
    checkLeak(name, options.leak, lanes);
  };
  return Object.assign(ruleOf(name, merge), { check });
}

/**
 * Gradient sign dropout (Chen et al. 2020, Algorithm 1, lines 10–15) as a rule. At each position,
 * from the lanes G_i = sgn(h)∘g_i, summed over the marginalised axes:
 *
 *     P = ½ (1 + Σ G_i / Σ |G_i|)    M_i = [f(P) > U]·[G_i > 0] + [f(P) ≤ U]·[G_i < 0]    Σ_i (ℓ_i + (1 − ℓ_i) M_i) g_i
 *
 * with U uniform in (0, 1) and f(P) = k (P − ½) + ½, or `keep`. Over parameters (no h) there is no
 * sign of h and nothing is marginalised. All that decides is a constant to differentiation.
 */
export const signDrop = (options: SignDropOptions): Rule => signDropAs('signDrop', options);
