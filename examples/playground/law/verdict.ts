import type { Law } from './gradDropLaw.ts';
import { share } from './numbers.ts';

/** Returns a sentence that says what a draw decides, or why nothing is to be decided. */
export function verdictOf({ note, outcomes, keep }: Law, draw: number | undefined): string {
  const [a, b] = outcomes;
  if (note !== undefined && (b === undefined || a!.values.every((x, i) => x === b.values[i]))) return note;
  if (draw === undefined) return 'The coin has not landed yet.';
  return draw < keep
    ? `U = ${share(draw)} is below ${share(keep)}: keep +.`
    : `U = ${share(draw)} is above ${share(keep)}: keep −.`;
}
