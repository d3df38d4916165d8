import { Stopped, type Cell, type Compute } from '../report/experiment.ts';
import type { Outcome, Protocol } from './protocol.ts';

/** One choice of a rate and a weight decay, and what its trainings gave. */
export interface Trial {
  readonly rate: number;
  readonly decay: number;
  /** The validation error of each seed; empty if a training's losses became NaN or infinite. */
  readonly errors: readonly number[];
  /** The mean of these, which is to be least; null if there is none. */
  readonly error: number | null;
  /** The description of the failure. */
  readonly failed?: string;
}

/** All trials of a method, and the one that is taken. */
export interface Searched {
  /** The trials without a decay on the grid that all methods share, by rate. */
  readonly grid: readonly Trial[];
  /** The further trials: finer rates beside the best, or weight decays at the best rate. */
  readonly finer: readonly Trial[];
  readonly chosen: Trial & { readonly error: number };
  /** The next best trials, at most two, the better one first. */
  readonly next: readonly (Trial & { readonly error: number })[];
  /**
   * True if the best rate of the grid is its first or last, so that a better one may lie outside.
   */
  readonly atEnd: boolean;
}

/** What a trial tries. */
export type Point = Pick<Trial, 'rate' | 'decay'>;

/** Returns the cell of a training in the search; seeds of the search are those of no run. */
export type SearchCell<A> = (name: string, at: Point, seed: number) => Cell<A>;

/** The number of trials beside the best one at which a method is trained with all seeds. */
const contenders = 2;

const digits = (x: number): number => Number(x.toPrecision(2));

/** Returns the rate half a decade above, or below for −1. */
export const halfDecade = (rate: number, sign: 1 | -1): number => digits(rate * 10 ** (sign / 2));

/** Returns `count` rates that lie within half a decade of a rate, evenly on a log scale. */
export function finerRates(rate: number, count: number): number[] {
  const below = Math.ceil(count / 2);
  const side = (sign: 1 | -1, n: number): number[] =>
    Array.from({ length: n }, (_, i) => digits(rate * 10 ** ((sign * (i + 1)) / (2 * (n + 1)))));
  return [...side(-1, below), ...side(1, count - below)];
}

const finite = (trials: readonly Trial[]) => trials.filter((t): t is Trial & { error: number } => t.error !== null);

/** Returns the trial of least error; the first of equal ones. Throws `Stopped` if all failed. */
export function best(name: string, trials: readonly Trial[]): Trial & { readonly error: number } {
  const whole = finite(trials);
  if (whole.length === 0)
    throw new Stopped(
      `${name}: no rate of ${trials.map((t) => t.rate).join(', ')} keeps the losses finite; ${trials[0]!.failed}`,
    );
  return whole.reduce((a, b) => (b.error < a.error ? b : a));
}

function trialOf(at: Point, outcomes: readonly Outcome[]): Trial {
  const failed = outcomes.find((o) => 'failed' in o);
  if (failed) return { ...at, errors: [], error: null, failed: failed.failed };
  const errors = outcomes.flatMap((o) => ('score' in o ? [o.score.error] : []));
  const error = errors.reduce((a, b) => a + b, 0) / errors.length;
  if (Number.isFinite(error)) return { ...at, errors, error };
  return { ...at, errors: [], error: null, failed: `its error on validation examples is ${error}` };
}

/**
 * Searches the rate of every method, with the same number of trainings for each: all rates of the
 * grid, then as many further trials as there are decays. If the best rate of any method is the
 * first or last of the grid, the grid is extended by half a decade there, for all methods, at most
 * `widen` times.
 */
export async function search<A>(
  names: readonly string[],
  { rates, decays, widen, searchSeeds }: Protocol,
  decaying: (name: string) => boolean,
  compute: Compute,
  cellOf: SearchCell<A>,
): Promise<Searched[]> {
  const seeds = Array.from({ length: searchSeeds }, (_, i) => i + 1);
  /** Returns the trials of each method at the points that `pointsOf` returns for it. */
  async function tried(pointsOf: (m: number) => readonly Point[]): Promise<Trial[][]> {
    const points = names.map((_, m) => pointsOf(m));
    const cells = points.flatMap((list, m) => list.flatMap((at) => seeds.map((seed) => cellOf(names[m]!, at, seed))));
    const outcomes = await compute<A, Outcome>(cells);
    let at = 0;
    return points.map((list) => list.map((point) => trialOf(point, outcomes.slice(at, (at += seeds.length)))));
  }
  let asked: readonly number[] = rates;
  let grids: readonly (readonly Trial[])[] = names.map(() => []);
  let ends: readonly number[] = [];
  for (let widened = 0; asked.length > 0; widened++) {
    const added = await tried(() => asked.map((rate) => ({ rate, decay: 0 })));
    grids = grids.map((grid, m) => [...grid, ...added[m]!].sort((a, b) => a.rate - b.rate));
    const least = grids.map((grid, m) => grid.indexOf(best(names[m]!, grid)));
    const last = grids[0]!.length - 1;
    ends = least.filter((at) => at === 0 || at === last);
    asked =
      widened === widen
        ? []
        : [
            ...(ends.includes(0) ? [halfDecade(grids[0]![0]!.rate, -1)] : []),
            ...(ends.includes(last) ? [halfDecade(grids[0]![last]!.rate, 1)] : []),
          ];
  }
  const tops = grids.map((grid, m) => best(names[m]!, grid));
  const finer = await tried((m) => {
    const { rate } = tops[m]!;
    return decaying(names[m]!)
      ? decays.map((decay) => ({ rate, decay }))
      : finerRates(rate, decays.length).map((near) => ({ rate: near, decay: 0 }));
  });
  return names.map((name, m): Searched => {
    const grid = grids[m]!;
    const at = grid.indexOf(tops[m]!);
    const all = [...grid, ...finer[m]!];
    const chosen = best(name, all);
    const rest = finite(all.filter((t) => t !== chosen));
    return {
      grid,
      finer: finer[m]!,
      chosen,
      next: rest.toSorted((a, b) => a.error - b.error).slice(0, contenders),
      atEnd: at === 0 || at === grid.length - 1,
    };
  });
}
