import { letterOf } from './numbers.ts';

/** The options of GradDrop that its law depends on, as in `SignDropOptions` of cotangent. */
export interface LawOptions {
  /** The slope k of the keep function f(P) = k (P − ½) + ½; 1 by default. */
  readonly k?: number;
  /** Another keep function, in place of k. */
  readonly keep?: (purity: number) => number;
  /** The leak ℓ: one number for all losses, or one for each; 0 by default. */
  readonly leak?: number | readonly number[];
  /** The value h of each example, whose signs are read. Without it, G_i is g_i. */
  readonly inputs?: readonly number[];
  readonly zeroSign?: 'keep' | 'drop' | 'positive';
}

/** One of the results that a draw can have. */
export interface Outcome {
  /** The sign that is kept. */
  readonly side: 'positive' | 'negative';
  readonly probability: number;
  /** The result for each example, Σ_i (ℓ_i + (1 − ℓ_i) M_i) g_i. */
  readonly values: readonly number[];
  /** The masks M_i of each loss, for each example. */
  readonly masks: readonly (readonly boolean[])[];
  /**
   * The share of the nonzero gradients that the masks keep, as in `lanesReport`; 0 if there are
   * none.
   */
  readonly share: number;
}

export interface Law {
  /** What each loss pulls with, G_i = Σ_b sgn(h_b) g_ib; the purity is that of these. */
  readonly pulls: readonly number[];
  /** P = p / (p + q); ½ where all G_i are 0, NaN where one is not finite. */
  readonly purity: number;
  /** f(P), the probability that the positive sign is kept. */
  readonly keep: number;
  /** The outcomes of a probability above 0: the positive sign first, then the negative one. */
  readonly outcomes: readonly Outcome[];
  /** Of the result for each example. */
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  /** A sentence, unless gradients of two signs meet here. */
  readonly note?: string;
}

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/** Returns sgn(h), where `zeroSign` says what the sign of 0 is. */
const signOf = (h: number, zeroSign: LawOptions['zeroSign']): number =>
  zeroSign === 'positive' ? (h < 0 ? -1 : 1) : Math.sign(h);

/** Returns P of the G_i. Sums that leave the range of float64 are made of scaled terms. */
function purityOf(G: readonly number[]): number {
  const total = sum(G.map(Math.abs));
  if (total === 0) return 0.5;
  const scale = total < 1e-200 ? 2 ** 200 : total < Infinity ? 1 : 2 ** -40;
  const scaled = G.map((x) => x * scale);
  return sum(scaled.map((x) => Math.max(x, 0))) / sum(scaled.map(Math.abs));
}

/** Returns the outcome in which one sign is kept. */
function outcomeOf(
  side: Outcome['side'],
  probability: number,
  gradients: readonly (readonly number[])[],
  G: readonly number[],
  { leak = 0, inputs, zeroSign = 'keep' }: LawOptions,
): Outcome {
  const direction = side === 'positive' ? 1 : -1;
  const leakOf = (loss: number): number => (typeof leak === 'number' ? leak : leak[loss]!);
  const passesAtZero = (loss: number, example: number): boolean =>
    zeroSign === 'keep' && G[loss] === 0 && inputs?.[example] === 0;
  const masks = gradients.map((lane, i) => lane.map((_, b) => G[i]! * direction > 0 || passesAtZero(i, b)));
  const values = gradients[0]!.map((_, b) =>
    sum(gradients.map((lane, i) => (masks[i]![b] ? 1 : leakOf(i)) * lane[b]!)),
  );
  const entries = gradients.flatMap((lane, i) =>
    lane.map((g, b) => ({ there: g !== 0, kept: g !== 0 && masks[i]![b]! })),
  );
  const kept = entries.filter((entry) => entry.kept).length;
  const share = kept / Math.max(1, entries.filter((entry) => entry.there).length);
  return { side, probability, values, masks, share };
}

/** Returns a sentence about gradients that all have one sign or are 0. */
function noteOf(gradients: readonly (readonly number[])[], G: readonly number[], certain: boolean): string | undefined {
  if (gradients.every((lane) => lane.every((g) => g === 0)))
    return 'There is no gradient here. The purity is set to ½, and the result is 0 for every draw.';
  if (G.every((x) => x === 0)) return 'No loss has a sign here. The purity is set to ½, and the draw changes nothing.';
  if (G.some((x) => x > 0) && G.some((x) => x < 0)) return undefined;
  return certain
    ? 'All gradients here have one sign. Every draw keeps all of them.'
    : 'All gradients here have one sign. Even so, some draws keep the other sign, and then all are dropped.';
}

/**
 * Returns the law of GradDrop (Chen et al. 2020, Algorithm 1) where masks are shared: at one
 * position, or over the examples of one feature if signs are summed over them. `gradients` holds a
 * list for each loss, with one number for each example. With G_i = Σ_b sgn(h_b) g_ib, p the sum of
 * the positive and q that of the negative |G_i|, the positive sign is kept with probability f(P), P
 * = p / (p + q). It is exact for a draw U that is uniform in (0, 1).
 */
export function gradDropLaw(gradients: readonly (readonly number[])[], options: LawOptions = {}): Law {
  const { k = 1, keep = (purity) => k * (purity - 0.5) + 0.5, inputs, zeroSign } = options;
  const examples = gradients[0]!.map((_, b) => b);
  const signs = examples.map((b) => (inputs === undefined ? 1 : signOf(inputs[b]!, zeroSign)));
  // Only ratios of the G_i matter. A power of two rounds nothing, and the scaled sum cannot
  // overflow.
  const scale = 2 ** -Math.ceil(Math.log2(examples.length));
  const G = gradients.map((lane) => sum(lane.map((g, b) => signs[b]! * g * scale)));
  const pulls = G.map((x) => x / scale);
  const odd = G.findIndex((x) => !Number.isFinite(x));
  if (odd >= 0) {
    const what = Number.isNaN(G[odd]) ? 'not a number' : 'infinite';
    const note = `The gradient of loss ${letterOf(odd)} is ${what}, so the purity is undefined and the result is NaN.`;
    const nothing = examples.map(() => NaN);
    return { pulls, purity: NaN, keep: NaN, outcomes: [], mean: nothing, variance: nothing, note };
  }
  const purity = purityOf(G);
  const f = Math.min(1, Math.max(0, keep(purity)));
  const outcomes = (
    [
      ['positive', f],
      ['negative', 1 - f],
    ] as const
  )
    .filter(([, probability]) => probability > 0)
    .map(([side, probability]) => outcomeOf(side, probability, gradients, G, options));
  const mean = examples.map((b) => sum(outcomes.map(({ probability, values }) => probability * values[b]!)));
  const [first, second] = outcomes;
  const variance = examples.map((b) => (second ? f * (1 - f) * (first!.values[b]! - second.values[b]!) ** 2 : 0));
  const note = noteOf(gradients, G, outcomes.length === 1);
  return { pulls, purity, keep: f, outcomes, mean, variance, ...(note === undefined ? {} : { note }) };
}
