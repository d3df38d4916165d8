import { showAny } from '../../graph/shape.ts';
import { checkAnyNumber, checkNumbers } from '../checks.ts';

/**
 * The closed forms at one position with lanes g and slope k, in float64: p = Σ_{g_i>0} g_i, q =
 * Σ_{g_i<0} |g_i|, S = p + q, D = p − q, purity P = p/S (½ if S = 0) and f = k (P − ½) + ½.
 */
export interface Sides {
  readonly p: number;
  readonly q: number;
  readonly S: number;
  readonly D: number;
  readonly P: number;
}

/**
 * Sums the gradients at one position: p of the positive ones, q of the absolute values of the
 * negative ones, their sum S, their difference D, and the purity P. Throws unless all are numbers.
 */
export function sidesOf(g: readonly number[]): Sides {
  checkNumbers('sidesOf', 'gradients', g);
  let [p, q] = [0, 0];
  for (const x of g)
    if (x > 0) p += x;
    else q -= x;
  const S = p + q;
  return { p, q, S, D: p - q, P: S === 0 ? 0.5 : p / S };
}

/** The probability of keeping the positive side: f_k(P) = k (P − ½) + ½. */
export function keepChance(g: readonly number[], k: number): number {
  checkNumbers('keepChance', 'gradients', g);
  checkAnyNumber('keepChance', 'k', k);
  return k * (sidesOf(g).P - 0.5) + 0.5;
}

export const sumOf = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/** The ratio p/q above which E|X| increases with p: r*(k) = 2 √(k/(1+k)) − 1. */
export function lowestRatio(k: number): number {
  if (typeof k !== 'number' || !(k >= 0)) throw new Error(`lowestRatio: k must be 0 or more, got ${showAny(k)}`);
  return 2 * Math.sqrt(k / (1 + k)) - 1;
}

/**
 * The smallest factor by which E|X| can fall while one gradient grows: 4 (√(k(1+k)) − k)/(1+k) for
 * k > 1/3, otherwise 1.
 */
export const deepestFall = (k: number): number => (k > 1 / 3 ? (4 * (Math.sqrt(k * (1 + k)) - k)) / (1 + k) : 1);

/** Says whether |a − b| ≤ share · size. */
export const near = (a: number, b: number, size: number, share = 1e-5): boolean => Math.abs(a - b) <= share * size;
