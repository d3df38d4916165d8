import { near } from './near.ts';
import type { MethodCourse, ProblemResult } from './results.ts';

/** Returns the fraction of a method's runs from one start that end at the front. */
export const reachedFrom = (m: Pick<MethodCourse, 'ends'>, start: number): number =>
  m.ends[start]!.filter((end) => end.distance < near).length / m.ends[start]!.length;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** The fields of a problem's results that the sentences use. */
type Told = Pick<ProblemResult, 'name' | 'starts'> & {
  readonly methods: readonly Pick<MethodCourse, 'method' | 'ends' | 'reached'>[];
};

/**
 * Returns a sentence with the counts of GradDrop and of the mean of the gradients on one problem,
 * or none if one of them did not run.
 */
function ofGradDrop({ name, starts, methods }: Told): string[] {
  const [drop, mean] = ['gradDrop', 'mean'].map((n) => methods.find((m) => m.method === n));
  if (!drop || !mean) return [];
  const each = starts.map((_, s) => reachedFrom(drop, s) - reachedFrom(mean, s));
  const [more, less] = [each.filter((d) => d > 0).length, each.filter((d) => d < 0).length];
  const where =
    more + less === 0
      ? 'equally often from every start'
      : `more often from ${more} and less often from ${less} of ${starts.length} starts`;
  return [
    `${name}: GradDrop ends at the front in ${percent(drop.reached)} of its runs, the mean of the gradients in ` +
      `${percent(mean.reached)}; ${where}.`,
  ];
}

/** Returns a sentence on which methods reach the front from every start, and which from none. */
function ofAll({ name, methods }: Told): string {
  const names = (share: number): string =>
    methods.flatMap((m) => (m.reached === share ? [m.method] : [])).join(', ') || 'none';
  return `${name}: methods that end at the front from every start: ${names(1)}; from no start: ${names(0)}.`;
}

/** Returns sentences on where the runs end. */
export const words = (problems: readonly Told[]): string[] => [
  ...problems.flatMap((p) => [ofAll(p), ...ofGradDrop(p)]),
  'These are counts from starts that were chosen, at rates that were given; no test is made, and none is the better method by them.',
];
