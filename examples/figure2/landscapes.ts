import { foldIn, random, type Key } from 'cotangent';

/**
 * Five losses of one weight, L_i(w) = sin(a_i w + b_i) + 1, whose sum is to be minimised (Chen et
 * al. 2020, Figure 2). The paper does not print its a and b.
 */
export interface Landscape {
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** The minimum of the sum of losses in the start interval. */
  readonly deepest: number;
}

/** A distribution of landscapes: a is uniform in an interval, b uniform in (0, 2π). */
export interface Family {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** The number of losses. */
export const losses = 5;

/**
 * Weights start uniformly in this interval. No source gives it; it spans many periods in each
 * family.
 */
export const interval = { low: -10, high: 10 };

/**
 * Families from few, wide valleys to many, narrow ones. The choice is ours, so there are three, to
 * show how the results depend on it.
 */
export const families: readonly Family[] = [
  { name: 'a in (0.5, 2)', low: 0.5, high: 2 },
  { name: 'a in (0.5, 5)', low: 0.5, high: 5 },
  { name: 'a in (1, 10)', low: 1, high: 10 },
];

/** Returns Σ_i (sin(a_i w + b_i) + 1), in float64. */
export function lossAt({ a, b }: Pick<Landscape, 'a' | 'b'>, w: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.sin(a[i]! * w + b[i]!) + 1;
  return sum;
}

/**
 * Returns the least loss on 20 001 points of the start interval. It exceeds the minimum by at most
 * ½ · 5 · 10² · (½ · 10⁻³)² < 10⁻⁴.
 */
function deepestOf(landscape: Pick<Landscape, 'a' | 'b'>): number {
  const cells = 20_000;
  let least = Infinity;
  for (let i = 0; i <= cells; i++) {
    const w = interval.low + ((interval.high - interval.low) * i) / cells;
    least = Math.min(least, lossAt(landscape, w));
  }
  return least;
}

/**
 * Draws landscapes of a family, as a pure function of the key. Their numbers are exact in float32,
 * so every device has the same landscapes.
 */
export async function drawLandscapes({ low, high }: Family, count: number, key: Key): Promise<Landscape[]> {
  const uniform = await random.uniform(key, [count, 2, losses]).data();
  const part = (n: number, which: number, from: number, to: number): number[] =>
    Array.from({ length: losses }, (_, i) => Math.fround(from + (to - from) * uniform[(2 * n + which) * losses + i]!));
  return Array.from({ length: count }, (_, n) => {
    const landscape = { a: part(n, 0, low, high), b: part(n, 1, 0, 2 * Math.PI) };
    return { ...landscape, deepest: deepestOf(landscape) };
  });
}

/** Draws `count` start points on the landscape of this index, different ones for each landscape. */
export async function drawStarts(landscape: number, count: number, key: Key): Promise<number[]> {
  const uniform = await random.uniform(foldIn(key, landscape), [count]).data();
  return Array.from(uniform, (u) => Math.fround(interval.low + (interval.high - interval.low) * u));
}
