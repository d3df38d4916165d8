import { foldIn, key, tensor, vmap } from 'cotangent';
import { descend } from './descend.ts';
import { distance } from './distance.ts';
import { methods } from './methods.ts';
import { problems, type Pair, type Problem } from './problems.ts';
import type { Args, Settings } from './settings.ts';

/** The end point of one run. */
export interface End {
  readonly x: Pair;
  readonly losses: Pair;
  /** The distance from the Pareto front. */
  readonly distance: number;
}

/** The runs of one method on one problem, from every start. */
export interface Course {
  readonly rate: number;
  readonly steps: number;
  /** End points, [start][draw]. */
  readonly ends: readonly (readonly End[])[];
  /** The points of the first draw: [start][checkpoint]. */
  readonly paths: readonly (readonly Pair[])[];
  /** The mean distance from the front, [start][checkpoint]. */
  readonly distances: readonly (readonly number[])[];
}

/** Returns the problem of this name. */
export const problemOf = (name: string): Problem => problems.find((p) => p.name === name)!;

const short = (x: number): number => Number(x.toPrecision(6));
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** Runs one method on one problem from every start, several times if it draws. */
export async function cell(settings: Settings, { problem: name, method: methodName }: Args): Promise<Course> {
  const problem = problemOf(name);
  const method = methods.find((m) => m.name === methodName)!;
  const draws = method.random ? settings.draws : 1;
  const starts = problem.starts.flatMap((start) => Array.from({ length: draws }, () => start));
  const training = { steps: problem.steps, rate: problem.rate(methodName) };
  const root = foldIn(key(settings.seed), problems.indexOf(problem));
  const points = await descend(problem, method, starts, { ...training, key: foldIn(root, methods.indexOf(method)) });
  const heights = (await vmap(problem.losses)(tensor(points.at(-1)!)).array()) as unknown as Pair[];
  const runs = problem.starts.map((_, s) => Array.from({ length: draws }, (_, d) => s * draws + d));
  const pair = ([a, b]: Pair): Pair => [short(a), short(b)];
  return {
    ...training,
    ends: runs.map((own) =>
      own.map((r) => {
        const x = points.at(-1)![r]!;
        return { x: pair(x), losses: pair(heights[r]!), distance: short(distance(x, problem.front)) };
      }),
    ),
    paths: runs.map(([first]) => points.map((at) => pair(at[first!]!))),
    distances: runs.map((own) => points.map((at) => short(mean(own.map((r) => distance(at[r]!, problem.front)))))),
  };
}
