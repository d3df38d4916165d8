import * as Plot from '@observablehq/plot';
import { svg } from '../report/svg.ts';
import type { Fitted } from './fit.ts';

/**
 * The data to plot for a method: its name, the test errors of its seeds, the training loss of the
 * first seed.
 */
interface Trained {
  readonly method: string;
  readonly scores: readonly { readonly error: number }[];
  readonly curve: Fitted['curve'];
}

export const short = (x: number): number => Number(x.toPrecision(4));
export const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** Returns the colour scale of the methods. */
export const colors = (names: readonly string[]): Plot.ScaleOptions => ({
  type: 'ordinal',
  domain: [...names],
  scheme: 'turbo',
  legend: true,
});

const namesOf = (methods: readonly Trained[]): string[] => methods.map((m) => m.method);

/** Plots the test errors of all seeds, one dot each, with their means. */
export function errors(methods: readonly Trained[]): string {
  const points = methods.flatMap((m) => m.scores.map((s) => ({ method: m.method, error: short(100 * s.error) })));
  const means = methods.map((m) => ({
    method: m.method,
    error: short(100 * mean(m.scores.map((s) => s.error))),
  }));
  return svg('Test errors', {
    height: 320,
    x: { domain: namesOf(methods), label: null },
    y: { label: 'test error, %', grid: true },
    marks: [
      Plot.tickY(means, { x: 'method', y: 'error', stroke: '#e0322b', strokeWidth: 2 }),
      Plot.dot(points, { x: 'method', y: 'error', stroke: '#4269d0' }),
    ],
  });
}

/** Plots the mean training loss of the first seed over the steps. */
export function lossCurves(methods: readonly Trained[]): string {
  const points = methods.flatMap((m) => m.curve.map((c) => ({ method: m.method, ...c })));
  return svg('Training losses', {
    height: 380,
    color: colors(namesOf(methods)),
    x: { label: 'step' },
    y: { label: 'mean of the losses of a batch', grid: true },
    marks: [Plot.line(points, { x: 'step', y: 'loss', stroke: 'method', z: 'method' })],
  });
}
