import { between, level, ofMethod, type Comparison } from './comparisons.ts';

/** A measure, and how sentences and tables describe it. */
export interface Measure {
  /** Its name among the scores and the comparisons. */
  readonly key: string;
  readonly name: string;
  /** 1 if larger values are better, −1 if smaller ones are. */
  readonly better: 1 | -1;
  readonly format: (x: number) => string;
}

export const chance = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

const signed = (x: number, format: Measure['format']): string => `${x < 0 ? '−' : '+'}${format(Math.abs(x))}`;

/** Returns a difference with its 95 % interval, such as '+1.20 % ± 0.40 %'. */
export const differenceOf = (
  { difference, half }: Pick<Comparison, 'difference' | 'half'>,
  { format }: Measure,
): string => `${signed(difference, format)} ± ${format(half)}`;

/** Returns an effect size, such as '−1.3'. */
export const effectOf = ({ effect }: Pick<Comparison, 'effect'>): string =>
  Number.isFinite(effect) ? signed(effect, (x) => x.toFixed(1)) : 'equal in every seed';

/**
 * Returns a sentence about the comparison of two methods, none if no test was made. It calls one
 * better only if the difference is significant.
 */
export function told(all: readonly Comparison[], method: string, against: string, measure: Measure): string[] {
  const found = between(all, method, against, measure.key);
  if (!found) return [];
  const numbers = `(${differenceOf(found, measure)}, d = ${effectOf(found)}, ${chance(found.p)})`;
  if (found.p >= level) return [`${method} and ${against} cannot be told apart in ${measure.name} ${numbers}.`];
  const word = Math.sign(found.difference) === measure.better ? 'better' : 'worse';
  return [`${method} is ${word} than ${against} in ${measure.name} ${numbers}.`];
}

/**
 * Returns a sentence on a method beside each other one in a measure: which tests found it better,
 * which worse, and which neither. None if no test was made.
 */
export function beside(all: readonly Comparison[], method: string, { key, name, better }: Measure): string[] {
  const own = ofMethod(all, method, key);
  if (own.length === 0) return [];
  const named = (sign: number): string =>
    own
      .filter((c) => (c.p < level ? Math.sign(c.difference) * better : 0) === sign)
      .map((c) => c.against)
      .join(', ') || 'none';
  return [`${method} in ${name}: better than ${named(1)}; worse than ${named(-1)}; not told apart from ${named(0)}.`];
}
