import * as Plot from '@observablehq/plot';
import { interval, meanSd } from '../report/paired.ts';
import { svg } from '../report/svg.ts';
import type { MethodResult } from './methodResult.ts';
import type { Trial } from './search.ts';
import { panels, type Point } from './panels.ts';
import type { Watched } from './watch.ts';

/** The result of a method in any score. */
type Trained = MethodResult<{ readonly error: number }>;

export const short = (x: number): number => Number(x.toPrecision(4));
export const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** How errors are shown: a factor, and the name of the axis. */
export interface ErrorAxis {
  readonly scale: number;
  readonly label: string;
}

export const percentAxis: ErrorAxis = { scale: 100, label: 'error, %' };

/** Returns the colour scale of the methods. */
export const colors = (names: readonly string[]): Plot.ScaleOptions => ({
  type: 'ordinal',
  domain: [...names],
  scheme: 'turbo',
  legend: true,
});

/** Plots the test errors of all seeds, one dot each, with their means and 95 % intervals. */
export function errors(
  methods: readonly Pick<Trained, 'method' | 'scores'>[],
  { scale, label }: ErrorAxis = percentAxis,
): string {
  const points = methods.flatMap((m) => m.scores.map((s) => ({ method: m.method, error: short(scale * s.error) })));
  const means = methods.map((m) => {
    const { mean: middle, half } = interval(m.scores.map((s) => scale * s.error));
    const reach = Number.isFinite(half) ? half : 0;
    return { method: m.method, error: short(middle), low: short(middle - reach), high: short(middle + reach) };
  });
  return svg('Test errors', {
    height: 320,
    marginLeft: 60,
    x: { domain: methods.map((m) => m.method), label: null },
    y: { label: `test ${label}`, grid: true },
    marks: [
      Plot.dot(points, { x: 'method', y: 'error', stroke: '#4269d0', strokeOpacity: 0.5 }),
      Plot.ruleX(means, { x: 'method', y1: 'low', y2: 'high', stroke: '#e0322b', strokeWidth: 2 }),
      Plot.tickY(means, { x: 'method', y: 'error', stroke: '#e0322b', strokeWidth: 2 }),
    ],
  });
}

/** Returns the mean of numbers and the band of one standard deviation to each side. */
function banded(values: readonly number[], scale: number): Pick<Point, 'y' | 'low' | 'high'> {
  const { mean: middle, sd } = meanSd(values.map((v) => scale * v));
  return { y: short(middle), low: short(middle - sd), high: short(middle + sd) };
}

/** Says in HTML how to read `errorByRate`. */
export const rateLegend =
  '<p>The mean validation error over the seeds of the search, with a band of one standard deviation to each side.</p>';

/** Says in HTML how to read `courses` and `lossCurves`; `watch` is the number of examples. */
export const courseLegend = (watch: number): string =>
  `<p>Means over seeds, with a band of one standard deviation to each side; errors on at most ${watch} validation and ${watch} test examples.</p>`;

/** Plots the validation error of the search over the rate, one panel for each method. */
export function errorByRate(
  methods: readonly Pick<Trained, 'method' | 'search'>[],
  { scale, label }: ErrorAxis = percentAxis,
): string {
  const pointOf = (panel: string, series: string, t: Trial): Point[] =>
    t.errors.length === 0 ? [] : [{ panel, series, x: t.rate, ...banded(t.errors, scale) }];
  const points = methods.flatMap(({ method, search }) => {
    const plain = [...search.grid, ...search.finer].filter((t) => t.decay === 0).sort((a, b) => a.rate - b.rate);
    return plain.flatMap((t) => pointOf(method, 'without decay', t));
  });
  const marked = methods.flatMap(({ method, search: { finer, chosen } }) => [
    ...finer.filter((t) => t.decay > 0).flatMap((t) => pointOf(method, 'with a decay', t)),
    ...pointOf(method, 'chosen', chosen),
  ]);
  return panels('Validation error by rate', {
    names: methods.map((m) => m.method),
    points,
    marked,
    x: { label: 'rate', type: 'log', ticks: methods[0]!.search.grid.map((t) => t.rate), tickFormat: String },
    y: `validation ${label}`,
  });
}

/** Returns the points of a series over the steps: the mean over seeds and its band. */
function overSteps<C extends { readonly step: number }>(
  panel: string,
  series: string,
  courses: readonly (readonly C[])[],
  value: (c: C) => number,
  scale = 1,
): Point[] {
  return (courses[0] ?? []).map(({ step }, i) => ({
    panel,
    series,
    x: step,
    ...banded(
      courses.map((course) => value(course[i]!)),
      scale,
    ),
  }));
}

/**
 * Plots the errors on validation and on test examples over training, one panel for each method;
 * that of `beside` is drawn in each.
 */
export function courses(
  methods: readonly Pick<Trained, 'method' | 'courses'>[],
  beside: string,
  { scale, label }: ErrorAxis = percentAxis,
): string {
  const reference = methods.find((m) => m.method === beside);
  const points = methods.flatMap((m) => [
    ...(reference && m !== reference
      ? overSteps<Watched>(m.method, `test, ${beside}`, reference.courses, (c) => c.test, scale)
      : []),
    ...overSteps<Watched>(m.method, 'validation', m.courses, (c) => c.validation, scale),
    ...overSteps<Watched>(m.method, 'test', m.courses, (c) => c.test, scale),
  ]);
  return panels('Errors over training', {
    names: methods.map((m) => m.method),
    points,
    beside: `test, ${beside}`,
    x: { label: 'step', ticks: 4 },
    y: label,
  });
}

/** Plots the mean training loss over the steps, one panel for each method. */
export function lossCurves(methods: readonly Pick<Trained, 'method' | 'curves'>[]): string {
  return panels('Training losses', {
    names: methods.map((m) => m.method),
    points: methods.flatMap((m) => overSteps(m.method, 'training loss', m.curves, (c) => c.loss)),
    x: { label: 'step', ticks: 4 },
    y: 'mean of the losses of a batch',
  });
}
