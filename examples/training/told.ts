import { level, type Comparison } from './comparisons.ts';

/** How a measure is spoken of. */
export interface Measure {
  readonly name: string;
  /** 1 if more is better, −1 if less is. */
  readonly better: 1 | -1;
  readonly format: (x: number) => string;
}

export const chance = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/**
 * What a comparison says, in a sentence: that one is better only where that is more than chance.
 */
export function told({ method, against, difference, p }: Comparison, { name, better, format }: Measure): string {
  const numbers = `(${difference >= 0 ? '+' : '−'}${format(Math.abs(difference))}, ${chance(p)})`;
  if (p >= level) return `${method} and ${against} cannot be told apart in ${name} ${numbers}.`;
  return `${method} is ${Math.sign(difference) === better ? 'better' : 'worse'} than ${against} in ${name} ${numbers}.`;
}
