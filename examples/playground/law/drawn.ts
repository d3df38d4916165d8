import type { Law, Outcome } from './gradDropLaw.ts';
import { uniform } from './uniform.ts';

/** What some draws gave at one position. */
export interface Drawn {
  /** The last draw U, if there is one. */
  readonly last: number | undefined;
  /** The outcome of the last draw. */
  readonly outcome: Outcome | undefined;
  /** The sides of the last five draws, oldest first. */
  readonly sides: readonly Outcome['side'][];
  /** How many draws kept the positive sign. */
  readonly positive: number;
}

/** Returns the side that a draw keeps; U = f(P) counts as above. */
const sideOf = (u: number, keep: number): Outcome['side'] => (u < keep ? 'positive' : 'negative');

/** Returns what the first `draws` draws of this seed give at a position with this law. */
export function drawn({ keep, outcomes }: Law, seed: number, draws: number, position: number): Drawn {
  if (draws === 0 || Number.isNaN(keep)) return { last: undefined, outcome: undefined, sides: [], positive: 0 };
  let positive = 0;
  for (let j = 0; j < draws; j++) if (uniform(seed, j, position) < keep) positive++;
  const recent = Array.from({ length: Math.min(5, draws) }, (_, i, from = Math.max(0, draws - 5)) => from + i);
  const sides = recent.map((j) => sideOf(uniform(seed, j, position), keep));
  const last = uniform(seed, draws - 1, position);
  return { last, outcome: outcomes.find(({ side }) => side === sides.at(-1)), sides, positive };
}
