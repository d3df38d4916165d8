import { Stopped, type Cell, type Compute } from '../report/experiment.ts';
import { methods } from './methods.ts';

/** One trial of a method. */
export interface Trial {
  readonly rate: number;
  readonly decay: number;
  /** The error to minimise; null if the losses became NaN. */
  readonly error: number | null;
  /** The description of the failure. */
  readonly failed?: string;
}

/** The values that a search tries. */
export interface Grid {
  readonly rates: readonly number[];
  readonly decays: readonly number[];
}

/** Returns the rates and decays to try for a method; a method without decay has 0. */
const trialsOf = (method: string, { rates, decays }: Grid): { rate: number; decay: number }[] =>
  rates.flatMap((rate) =>
    (methods.find((m) => m.name === method)?.decays ? decays : [0]).map((decay) => ({ rate, decay })),
  );

/** Returns the number of trials in a search. */
export const countTrials = (names: readonly string[], grid: Grid): number =>
  names.reduce((sum, m) => sum + trialsOf(m, grid).length, 0);

/**
 * Returns the trials of every method, [method][trial]: every rate, with every decay if the method
 * has one. `cellOf` returns the cell that computes a trial.
 */
export async function search<A>(
  names: readonly string[],
  grid: Grid,
  compute: Compute,
  cellOf: (method: string, trial: { rate: number; decay: number }) => Cell<A>,
): Promise<Trial[][]> {
  const all = names.map((method) => trialsOf(method, grid));
  type Outcome = { readonly failed: string } | { readonly score: { readonly error: number } };
  const cells = all.flatMap((trials, m) => trials.map((trial) => cellOf(names[m]!, trial)));
  const outcomes = await compute<A, Outcome>(cells);
  let at = 0;
  return all.map((trials) =>
    trials.map((trial) => {
      const outcome = outcomes[at++]!;
      return 'failed' in outcome
        ? { ...trial, error: null, failed: outcome.failed }
        : { ...trial, error: outcome.score.error };
    }),
  );
}

/** Returns the trial of least error; the first of equal ones. Throws `Stopped` if all failed. */
export function best(method: string, trials: readonly Trial[]): Trial & { readonly error: number } {
  const whole = trials.filter((t): t is Trial & { error: number } => t.error !== null);
  if (whole.length === 0)
    throw new Stopped(
      `${method}: no rate of ${[...new Set(trials.map((t) => t.rate))].join(', ')} keeps the losses finite; ${trials[0]!.failed}`,
    );
  return whole.reduce((a, b) => (b.error < a.error ? b : a));
}
