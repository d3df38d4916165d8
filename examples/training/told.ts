import { level, type Comparison } from './comparisons.ts';

/** A measure, and how sentences describe it. */
export interface Measure {
  readonly name: string;
  /** 1 if larger values are better, −1 if smaller ones are. */
  readonly better: 1 | -1;
  readonly format: (x: number) => string;
}

export const chance = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/**
 * Returns a sentence about a comparison. It calls one method better only if the difference is
 * significant.
 */
export function told({ method, against, difference, p }: Comparison, { name, better, format }: Measure): string {
  const numbers = `(${difference >= 0 ? '+' : '−'}${format(Math.abs(difference))}, ${chance(p)})`;
  if (p >= level) return `${method} and ${against} cannot be told apart in ${name} ${numbers}.`;
  return `${method} is ${Math.sign(difference) === better ? 'better' : 'worse'} than ${against} in ${name} ${numbers}.`;
}
