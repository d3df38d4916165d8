import { foldIn, key as keyOf, type Key } from 'cotangent';
import type { Progress } from '../report/progressBar.ts';
import { summarize, type Summary } from '../report/statistics.ts';
import { drawLandscapes, drawStarts, families, interval, lossAt, type Family, type Landscape } from './landscapes.ts';
import { methods, type Method } from './methods.ts';
import { compareAll, type Comparison } from './order.ts';
import { block, train, type Run, type Weights } from './train.ts';

export interface Settings {
  readonly seed: number;
  readonly steps: number;
  readonly starts: number;
  /** The number of landscapes of each family. */
  readonly landscapes: number;
}

/** The results of a method on the landscapes of one family. */
export interface MethodResult {
  readonly name: string;
  /** The chosen learning rate, with which training begins. */
  readonly rate: number;
  /** The mean excess on the search landscapes, for each rate tried. */
  readonly search: readonly number[];
  readonly summary: Summary;
  /** The mean excess at each checkpoint. */
  readonly curve: readonly number[];
  /** The final sums of losses, [landscape][start]. */
  readonly finals: readonly (readonly number[])[];
}

export interface FamilyResult {
  readonly name: string;
  readonly a: readonly [low: number, high: number];
  readonly landscapes: readonly Landscape[];
  readonly methods: readonly MethodResult[];
}

/**
 * All settings, draws and results. The excess is the sum of losses minus its deepest minimum in the
 * start interval.
 */
export interface Results {
  readonly format: 'cotangent-figure2-1';
  readonly settings: Settings & {
    readonly device: string;
    readonly interval: readonly [low: number, high: number];
    readonly rates: readonly number[];
    readonly search: { readonly landscapes: number; readonly starts: number };
    readonly near: number;
  };
  /** The steps at which the curves are sampled. */
  readonly checkpoints: readonly number[];
  readonly families: readonly FamilyResult[];
  readonly comparisons: readonly Comparison[];
}

/** The peak learning rates to choose from. */
export const rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/**
 * The search uses separate landscapes of the same family, so that no result is reported on the data
 * that chose its rate.
 */
const search = { landscapes: 6, starts: 20 };

/** A run whose excess is at most this has found the deepest minimum. */
const near = 0.05;

/** The approximate number of points of a curve. */
const checkpoints = 100;

/** Landscapes of one family, and the start points on each. */
interface Problems {
  readonly family: Family;
  readonly landscapes: readonly Landscape[];
  /** [landscape][start] */
  readonly starts: readonly (readonly number[])[];
}

/** Draws the landscapes of a family, and the start points on each. */
async function draw(family: Family, landscapes: number, starts: number, key: Key): Promise<Problems> {
  const drawn = await drawLandscapes(family, landscapes, foldIn(key, 0));
  const points = await Promise.all(drawn.map((_, i) => drawStarts(i, starts, foldIn(key, 1))));
  return { family, landscapes: drawn, starts: points };
}

/** Returns a run from each start on each landscape, in this order. */
const runsOf = ({ landscapes, starts }: Problems, rate: number): Run[] =>
  landscapes.flatMap((landscape, i) => starts[i]!.map((start) => ({ landscape, start, rate })));

/** Returns the excess of the weight w in a run. */
const excess = (run: Run, w: number): number => lossAt(run.landscape, w) - run.landscape.deepest;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Splits a list into consecutive pieces of the given lengths. */
function pieces<T>(list: readonly T[], lengths: readonly number[]): T[][] {
  let at = 0;
  return lengths.map((n) => list.slice(at, (at += n)));
}

/** Rounds to seven digits, which is more precision than float32 weights have. */
const short = (x: number): number => Number(x.toPrecision(7));

/**
 * Returns the mean final excess of a method at each rate, [family][rate]. `tick` receives the
 * fraction that is done.
 */
async function searchRates(
  method: Method,
  problems: readonly Problems[],
  steps: number,
  key: Key,
  tick: (share: number) => void,
): Promise<number[][]> {
  const groups = problems.flatMap((p) => rates.map((rate) => runsOf(p, rate)));
  const runs = groups.flat();
  const last = await train(method, runs, { steps, key, watch: (done) => tick(done / steps) });
  const ends = pieces(
    runs.map((run, i) => excess(run, last[i]!)),
    groups.map((g) => g.length),
  );
  return pieces(
    ends.map(mean),
    problems.map(() => rates.length),
  );
}

/**
 * Returns the rate of least mean excess. A rate at which a run becomes NaN is not chosen unless all
 * do.
 */
const bestRate = (tried: readonly number[]): number =>
  rates[tried.reduce((best, x, i) => (x < tried[best]! || Number.isNaN(tried[best]!) ? i : best), 0)]!;

interface Trained {
  /** [family][checkpoint] */
  readonly curves: readonly (readonly number[])[];
  /** [family][run] */
  readonly weights: readonly (readonly number[])[];
}

/**
 * Trains a method on all problems, with the rate chosen for each family. Returns the mean excess at
 * the steps `at` and the final weights. `tick` receives the fraction that is done.
 */
async function trainAll(
  method: Method,
  problems: readonly Problems[],
  chosen: readonly number[],
  at: readonly number[],
  key: Key,
  tick: (share: number) => void,
): Promise<Trained> {
  const groups = problems.map((p, f) => runsOf(p, chosen[f]!));
  const runs = groups.flat();
  const lengths = groups.map((g) => g.length);
  const curves: number[][] = problems.map(() => []);
  const note = (weights: Weights): void => {
    const now = pieces(
      runs.map((run, i) => excess(run, weights[i]!)),
      lengths,
    );
    now.forEach((values, f) => curves[f]!.push(short(mean(values))));
  };
  const steps = at.at(-1)!;
  note(runs.map((run) => run.start));
  const watch = (done: number, weights: Weights): void => {
    if (at.includes(done)) note(weights);
    tick(done / steps);
  };
  const last = await train(method, runs, { steps, key, watch });
  return { curves, weights: pieces(Array.from(last), lengths) };
}

/**
 * Returns the steps after which the curves are sampled: about a hundred, the first and the last
 * among them, all but the last at the end of a block.
 */
function checkpointsOf(steps: number): number[] {
  const every = block * Math.max(1, Math.round(steps / checkpoints / block));
  return [...Array.from({ length: Math.ceil(steps / every) }, (_, i) => i * every), steps];
}

/**
 * Runs the whole experiment on the current device, which `device` names: for each method the search
 * for its rate, then the training that is reported. `progress` receives what is done.
 */
export async function experiment(settings: Settings, device: string, progress: Progress): Promise<Results> {
  const { seed, steps, starts, landscapes } = settings;
  const root = keyOf(seed);
  const drawAll = (count: number, each: number, key: Key): Promise<Problems[]> =>
    Promise.all(families.map((family, f) => draw(family, count, each, foldIn(key, f))));
  const trial = { landscapes: search.landscapes, starts: Math.min(search.starts, starts) };
  const searched = await drawAll(trial.landscapes, trial.starts, foldIn(root, 0));
  const reported = await drawAll(landscapes, starts, foldIn(root, 1));
  const at = checkpointsOf(steps);
  const cost = { search: trial.landscapes * trial.starts * rates.length, report: landscapes * starts };
  const results: MethodResult[][] = families.map(() => []);
  for (const [m, method] of methods.entries()) {
    const share = (part: number): number => (m + part / (cost.search + cost.report)) / methods.length;
    const tried = await searchRates(method, searched, steps, foldIn(foldIn(root, 2), m), (part) =>
      progress(`${method.name}: its rate`, share(part * cost.search)),
    );
    const chosen = tried.map(bestRate);
    const { curves, weights } = await trainAll(method, reported, chosen, at, foldIn(foldIn(root, 3), m), (part) =>
      progress(method.name, share(cost.search + part * cost.report)),
    );
    reported.forEach((problem, f) => {
      const finals = problem.landscapes.map((landscape, l) =>
        weights[f]!.slice(l * starts, (l + 1) * starts).map((w) => short(lossAt(landscape, w))),
      );
      const rest = finals.flatMap((list, l) => list.map((loss) => loss - problem.landscapes[l]!.deepest));
      results[f]!.push({
        name: method.name,
        rate: chosen[f]!,
        search: tried[f]!.map(short),
        summary: summarize(rest, near),
        curve: curves[f]!,
        finals,
      });
    });
  }
  const means = Object.fromEntries(methods.map(({ name }, m) => [name, results.map((of) => of[m]!.finals.map(mean))]));
  return {
    format: 'cotangent-figure2-1',
    settings: { ...settings, device, interval: [interval.low, interval.high], rates, search: trial, near },
    checkpoints: at,
    families: reported.map(({ family, landscapes: drawn }, f) => ({
      name: family.name,
      a: [family.low, family.high],
      landscapes: drawn,
      methods: results[f]!,
    })),
    comparisons: compareAll(means),
  };
}
