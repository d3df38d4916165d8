import type { Cell, Compute } from '../report/experiment.ts';
import { pairsNeeded } from '../report/power.ts';
import { search, type Point, type Searched } from './search.ts';
import type { Stage } from './training.ts';

/** How rates are chosen and how often a method is trained at the chosen one. */
export interface Protocol {
  /** The learning rates of the grid, in ascending order. */
  readonly rates: readonly number[];
  /** The weight decays of a method that has one; the others try as many further rates. */
  readonly decays: readonly number[];
  /** How often the grid may be extended by half a decade at its ends. */
  readonly widen: number;
  /** The number of steps of every training, in the search too. */
  readonly steps: number;
  readonly searchSeeds: number;
  /** The number of trainings at the chosen rate. */
  readonly seeds: number;
  /**
   * The difference, in its standard deviations, that the seeds are to show with a power of 80 %.
   */
  readonly detect: number;
}

/**
 * How rates are searched where a conclusion is to be drawn: from five half-decades, with three
 * seeds, for a difference of one standard deviation.
 */
export const fullSearch = {
  rates: [0.001, 0.0032, 0.01, 0.032, 0.1],
  decays: [0.1, 1],
  widen: 4,
  searchSeeds: 3,
  detect: 1,
} satisfies Partial<Protocol>;

/** A training that can be judged by its error. */
export interface Judged {
  readonly score: { readonly error: number };
}

/** The result of one training, or the reason why it failed. */
export type Outcome<R extends Judged = Judged> = { readonly failed: string } | R;

/** The methods of an experiment, and the cells that train them. */
export interface Plan<A> {
  readonly names: readonly string[];
  /** The number of them that are compared with each other; all of them by default. */
  readonly compared?: number;
  /** Says whether a method has a weight decay. */
  readonly decaying: (name: string) => boolean;
  readonly cellOf: (stage: Stage, name: string, at: Point, seed: number) => Cell<A>;
}

/** Returns the usual number of trainings of a plan; extending the grid adds to it. */
export const countTrainings = (
  { names, compared = names.length }: Pick<Plan<unknown>, 'names' | 'compared'>,
  p: Protocol,
): number =>
  names.length *
  ((p.rates.length + p.decays.length) * p.searchSeeds + (reservations(p, compared).length > 0 ? 1 : 3) * p.seeds);

/** Returns the number of pairs of so many methods. */
export const pairs = (methods: number): number => (methods * (methods - 1)) / 2;

/** Returns the number of seeds that comparing all pairs of methods needs. */
export const seedsNeeded = (methods: number, detect: number): number => pairsNeeded(pairs(methods), { effect: detect });

/** What a method's trainings gave. */
export interface Carried<R extends Judged> {
  readonly method: string;
  readonly search: Searched;
  /** The outcomes of the runs at the chosen trial, one for each seed. */
  readonly runs: readonly R[];
  /**
   * The outcomes of the same seeds at the next best trials, [trial][seed]; none if the protocol
   * allows no conclusion, for which they would be needed.
   */
  readonly others: readonly (readonly R[])[];
}

/**
 * Chooses every method's rate on validation data, and trains each method, seed by seed, at its best
 * trial and at the next best ones.
 */
export async function carryOut<A, R extends Judged>(
  { names, compared = names.length, decaying, cellOf }: Plan<A>,
  protocol: Protocol,
  compute: Compute,
): Promise<Carried<R>[]> {
  const searched = await search(names, protocol, decaying, compute, (name, at, seed) =>
    cellOf('search', name, at, seed),
  );
  const seeds = Array.from({ length: protocol.seeds }, (_, i) => i + 1);
  const concludes = reservations(protocol, compared).length === 0;
  const trials = searched.flatMap(({ chosen, next }, m) =>
    [chosen, ...(concludes ? next : [])].map((at, i) => ({ m, at, control: i > 0 })),
  );
  const cells = trials.flatMap(({ m, at, control }) =>
    seeds.map((seed) => {
      const cell = cellOf('run', names[m]!, at, seed);
      return control ? { ...cell, args: { ...cell.args, control } } : cell;
    }),
  );
  const outcomes = (await compute<A, Outcome<R>>(cells)) as R[];
  const of = (wanted: number) => {
    const mine = trials.flatMap(({ m }, i) => (m === wanted ? [i] : []));
    return mine.map((i) => outcomes.slice(i * seeds.length, (i + 1) * seeds.length));
  };
  return names.map((method, m) => {
    const [runs, ...others] = of(m);
    // A trial at which a training fails is worse than any other, so nothing is lost without it.
    const whole = others.filter((list) => !list.some((outcome) => 'failed' in outcome));
    return { method, search: searched[m]!, runs: runs!, others: whole };
  });
}

/**
 * Returns the reasons why a protocol allows no conclusion, in clauses; none if it allows one for
 * every method whose best rate is not at an end of the grid.
 */
export function reservations(protocol: Protocol, methods: number): string[] {
  const { rates, searchSeeds, seeds, detect } = protocol;
  const needed = seedsNeeded(methods, detect);
  const grid = rates.length < 5 || rates.at(-1)! / rates[0]! < 80;
  return [
    ...(grid
      ? [`rates are chosen from ${rates.length}, which are fewer than five or span less than a factor of 80`]
      : []),
    ...(searchSeeds < 3
      ? [`rates are chosen with ${searchSeeds} seed${searchSeeds === 1 ? '' : 's'}, not with three`]
      : []),
    ...(seeds < needed
      ? [
          `there are ${seeds} seeds, and ${needed} are needed to show a difference of ${detect} standard deviation${detect === 1 ? '' : 's'}`,
        ]
      : []),
  ];
}

/** Returns sentences on how rates were chosen and what that cost. */
export function budget(protocol: Protocol, [first]: readonly Searched[]): string[] {
  const { rates, widen, searchSeeds, steps, seeds } = protocol;
  const grid = first!.grid.map((t) => t.rate);
  const added = grid.length - rates.length;
  const extended =
    added > 0
      ? `, ${added} of them added for all methods because the best of one lay at an end`
      : widen === 0
        ? ' (the grid was fixed)'
        : ' (no best rate lay at an end)';
  const trials = grid.length + first!.finer.length;
  return [
    `Rates: the least mean error on validation examples over ${searchSeeds} seed${searchSeeds === 1 ? '' : 's'}, after ${steps} steps as in the runs that are reported. ` +
      `Every method tried the rates ${grid.join(', ')}${extended}, and ${first!.finer.length} more: rates between, or the weight decays of a method that has one. ` +
      `That is the same for every method, ${trials * searchSeeds} trainings. The ${seeds} seeds that are reported are others. A * marks a method whose best rate is the first or the last of the grid.`,
  ];
}
