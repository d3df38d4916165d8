import { fanOut } from '../../multiloss/fanOut.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import type { Context } from '../claim.ts';
import { keepChance, sumOf } from './closedForms.ts';
import { clear, draws } from './positions.ts';

/**
 * One feature of a layer: its activation in each example of a batch, and each loss's gradient of
 * it.
 */
export interface Feature {
  readonly A: readonly number[];
  readonly g: readonly (readonly number[])[];
  readonly k: number;
}

/** The sizes of every kernel call; missing elements are zeros. */
const [examples, lanes] = [3, 3];
/** The numbers of features of a kernel call: few while a case is shrunk. */
const widths = [8, 512] as const;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Σ_b sgn(A_b) x_b for a value x_b of each example. */
export const signedSum = ({ A }: Feature, x: readonly number[]): number => sumOf(x.map((v, b) => Math.sign(A[b]!) * v));

/**
 * Σ_b A_b x_b for a gradient x_b of each activation: the gradient of the paper's virtual weight W,
 * which multiplies the activations and is 1 (Equation 3).
 */
export const weightedSum = ({ A }: Feature, x: readonly number[]): number => sumOf(x.map((v, b) => A[b]! * v));

/** G_i = Σ_b sgn(A_b) g_i,b for each loss: what Algorithm 1 reads signs from. */
export const signedSums = (feature: Feature): number[] => feature.g.map((row) => signedSum(feature, row));

/**
 * The merged gradient of each example, for each feature and its draw. Signs are summed over the
 * batch, and zeroSign is 'drop'.
 */
async function batched(context: Context, features: readonly Feature[], U: readonly number[]): Promise<number[][]> {
  const out: number[][] = features.map(() => []);
  for (const k of new Set(features.map((x) => x.k))) {
    const alike = range(features.length).filter((i) => features[i]!.k === k);
    const width = widths.find((w) => w >= alike.length) ?? widths[1];
    for (let at = 0; at < alike.length; at += width) {
      const part = alike.slice(at, at + width);
      const data = await layer(
        context,
        part.map((i) => features[i]!),
        part.map((i) => U[i]!),
        width,
      );
      part.forEach((i, j) => (out[i] = range(features[i]!.A.length).map((b) => data[b * width + j]!)));
    }
  }
  return out;
}

function layer(
  { subject }: Context,
  features: readonly Feature[],
  U: readonly number[],
  width: number,
): Promise<ArrayLike<number>> {
  const row = (of: (x: Feature, i: number) => number | undefined, other: number): number[] =>
    range(width).map((i) => (features[i] && of(features[i], i)) ?? other);
  const h = tensor(range(examples).map((b) => row((x) => x.A[b], 1)));
  const g = tensor(range(lanes).map((l) => range(examples).map((b) => row((x) => x.g[l]?.[b], 0))));
  const draw = tensor([row((_, i) => U[i], 0.5)]);
  const rule = subject({ draw, k: features[0]!.k, marginalize: 'batch', zeroSign: 'drop' });
  return vjp((x: Tensor) => fanOut(x, lanes, rule), h)[1](g)[0].data();
}

/** The two possible updates of a feature's activations, and the probability of the first. */
export interface FeatureLaw {
  readonly f: number;
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

export async function featureLaws(context: Context, features: readonly Feature[]): Promise<FeatureLaw[]> {
  const chances = features.map((x) => keepChance(signedSums(x), x.k));
  const below = chances.map((f) => Math.max(f - clear, draws.least));
  const above = chances.map((f) => Math.min(f + clear, draws.greatest));
  const values = await batched(context, [...features, ...features], [...below, ...above]);
  return chances.map((f, i) => ({ f, positive: values[i]!, negative: values[features.length + i]! }));
}

/** The expectation E φ(X) over a feature's update. Outcomes of probability 0 are ignored. */
export const featureExpectation = (law: FeatureLaw, phi: (x: readonly number[]) => number): number =>
  (law.f > 0 ? law.f * phi(law.positive) : 0) + (law.f < 1 ? (1 - law.f) * phi(law.negative) : 0);
