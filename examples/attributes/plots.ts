import * as Plot from '@observablehq/plot';
import { svg } from '../report/svg.ts';
import { colors, mean, short } from '../training/plots.ts';
import { thresholds } from './metrics.ts';
import type { ReadResult, Results } from './results.ts';

const namesOf = ({ methods }: Results): string[] => methods.map((m) => m.method);

/** Plots F1 over the threshold for some methods, averaged over seeds. */
export function f1Curves(results: Results, label: string, names: readonly string[] = namesOf(results)): string {
  const own = results.methods.filter((m) => names.includes(m.method));
  const points = own.flatMap((m) =>
    thresholds.map((threshold, i) => ({ method: m.method, threshold, f1: short(mean(m.scores.map((s) => s.f1[i]!))) })),
  );
  return svg(label, {
    height: 380,
    color: colors(own.map((m) => m.method)),
    x: { label: 'threshold' },
    y: { label: 'F1, mean over attributes and seeds', grid: true },
    marks: [Plot.line(points, { x: 'threshold', y: 'f1', stroke: 'method', z: 'method', strokeWidth: 1.6 })],
  });
}

/** The methods whose lanes were read. */
const read = ({ methods }: Results): readonly ReadResult[] => methods.filter((m) => m.readings.length > 0);

/** Plots the share of gradients that the masks pass, or would pass, over the steps. */
export function shares(results: Results): string {
  const points = read(results).flatMap((m) => m.readings.map(({ step, share }) => ({ method: m.method, step, share })));
  return svg('Share of gradients passed', {
    height: 380,
    color: colors(read(results).map((m) => m.method)),
    x: { label: 'step' },
    y: { label: 'share of nonzero gradients that GradDrop’s masks pass', grid: true },
    marks: [Plot.line(points, { x: 'step', y: 'share', stroke: 'method', z: 'method', curve: 'basis' })],
  });
}

/**
 * Plots the purities over the steps, as shares of the positions: one panel for the baseline, one
 * for GradDrop.
 */
export function purities(results: Results): string {
  const cells = read(results)
    .filter((m) => ['baseline', 'gradDrop'].includes(m.method))
    .flatMap((m) =>
      m.readings.flatMap((r) => {
        const all = r.purities.reduce((a, b) => a + b, 0);
        return r.purities.map((n, i) => ({
          method: m.method,
          step: r.step,
          purity: i / 10 + 0.05,
          share: short(n / all),
        }));
      }),
    );
  const steps = [...new Set(cells.map((c) => c.step))];
  return svg('Purities', {
    height: 320,
    color: { type: 'quantize', scheme: 'blues', n: 8, legend: true, label: 'share of the positions' },
    x: {
      type: 'band',
      label: 'step',
      domain: steps,
      tickFormat: (s: number) => (steps.indexOf(s) % Math.ceil(steps.length / 10) === 0 ? String(s) : ''),
    },
    y: { type: 'band', label: 'purity', reverse: true },
    fx: { label: null },
    marks: [Plot.cell(cells, { fx: 'method', x: 'step', y: 'purity', fill: 'share' })],
  });
}

/** Plots the share of pairs of losses whose gradients conflict, over the steps. */
export function conflicts(results: Results): string {
  const points = read(results).flatMap((m) =>
    m.readings.map(({ step, conflicting }) => ({ method: m.method, step, conflicting })),
  );
  return svg('Conflicting pairs of losses', {
    height: 320,
    color: colors(read(results).map((m) => m.method)),
    x: { label: 'step' },
    y: { label: 'share of pairs with a negative cosine', grid: true },
    marks: [Plot.line(points, { x: 'step', y: 'conflicting', stroke: 'method', z: 'method', curve: 'basis' })],
  });
}
