import type { Cell } from '../report/experiment.ts';
import type { Fitted } from './fit.ts';
import type { Point } from './search.ts';
import type { Watched } from './watch.ts';

/** What a training is for: the choice of a rate, or a result that is reported. */
export type Stage = 'search' | 'run';

/** The arguments of a cell that trains. */
export interface Training extends Point {
  readonly stage: Stage;
  /** True for a trial that checks a conclusion: if its losses become NaN, it is left out. */
  readonly control?: boolean;
  readonly method: string;
  readonly seed: number;
}

/** What a training gave. */
export interface Trained<S> {
  /** In the search the score on the validation set, otherwise on the test set. */
  readonly score: S;
  readonly curve: Fitted['curve'];
  /** The errors over training; empty in the search. */
  readonly course: readonly Watched[];
}

/** The search has seeds above this, so that no run that is reported has one of them. */
const searchSeed = 10_000;

/**
 * Returns the cell of a training. `name` is what the method is called while it runs, `more` are
 * further arguments, which are part of the cell's name.
 */
export function trainingCell<M extends Readonly<Record<string, unknown>>>(
  { stage, method, rate, decay, seed }: Training,
  more: M,
  name = method,
): Cell<Training & M> {
  const rest = Object.entries(more).map(([key, value]) => `-${key}-${String(value)}`);
  return {
    id: `${stage}-${method}-${rate}-${decay}${rest.join('')}-${seed}`,
    what: stage === 'search' ? `${name}: its rate` : `${name}, seed ${seed}`,
    args: { stage, method, rate, decay, seed: stage === 'search' ? searchSeed + seed : seed, ...more },
  };
}
