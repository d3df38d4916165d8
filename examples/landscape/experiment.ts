import type { Cell, Common, Compute, Experiment, Report } from '../report/experiment.ts';
import type { Course } from './cell.ts';
import { cosines } from './cosines.ts';
import { checkpointsOf } from './descend.ts';
import { methods } from './methods.ts';
import { near } from './near.ts';
import { problems, type Problem } from './problems.ts';
import { body, csv, text } from './report.ts';
import type { ProblemResult, Results } from './results.ts';
import type { Args, Settings } from './settings.ts';

const profiles = {
  quick: { draws: 2 },
  full: { draws: 8 },
};

const cellOf = (problem: string, method: string): Cell<Args> => ({
  id: `${problem.replace(/[^a-zA-Z0-9]+/g, '-')}-${method}`,
  what: `${method} on ${problem}`,
  args: { problem, method },
});

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Returns the results on one problem; `courses` has one of each method. */
async function resultOf(p: Problem, settings: Settings, courses: readonly Course[]): Promise<ProblemResult> {
  return {
    name: p.name,
    source: p.source,
    optimizer: p.optimizer,
    starts: p.starts,
    front: p.front,
    checkpoints: checkpointsOf(p.steps),
    cosines: await cosines(p),
    methods: settings.methods.map((method, m) => {
      const ends = courses[m]!.ends.flat().map((end) => end.distance);
      return {
        method,
        ...courses[m]!,
        reached: ends.filter((d) => d < near).length / ends.length,
        meanDistance: mean(ends),
      };
    }),
  };
}

async function run(settings: Settings, compute: Compute): Promise<Report> {
  const courses = await compute<Args, Course>(problems.flatMap((p) => settings.methods.map((m) => cellOf(p.name, m))));
  const n = settings.methods.length;
  const found: ProblemResult[] = [];
  for (const [i, p] of problems.entries()) found.push(await resultOf(p, settings, courses.slice(i * n, (i + 1) * n)));
  const results: Results = { format: 'cotangent-landscape-1', settings, near, problems: found };
  return { title: 'Two losses in the plane', text: text(results), body: body(results), csv: csv(results), results };
}

/**
 * The two-task problem of CAGrad and Nash-MTL, and TorchJD's quadratics: the end points of every
 * method from the usual starts.
 */
export const landscape: Experiment<Settings> = {
  name: 'landscape',
  summary: 'every merge rule on two losses of a point in the plane: ways down, distance from the Pareto front',
  methods: methods.map((m) => m.name),
  usual: () => methods.map((m) => m.name),
  needed: ['mean'],
  options: [],
  settings: (common: Common) => ({ ...common, ...profiles[common.profile] }),
  memory: () => 1e8,
  count: ({ methods: chosen }) => problems.length * chosen.length,
  run,
};
