import * as Plot from '@observablehq/plot';
import { svg } from '../report/svg.ts';
import type { FamilyResult, Results } from './experiment.ts';
import { interval, lossAt } from './landscapes.ts';

const names = (results: Results): string[] => results.families[0]!.methods.map((m) => m.name);

/**
 * The colour of each method in all plots, in the methods' order. Methods that choose a sign have
 * strong colours.
 */
const palette = ['#4269d0', '#97bbf5', '#9c6b4e', '#9498a0', '#3ca951', '#efb118', '#a463f2', '#e0322b'];

const colors = (results: Results): Plot.ScaleOptions => ({
  domain: names(results),
  range: palette,
  legend: true,
});

const short = (x: number): number => Number(x.toPrecision(4));

/**
 * Plots, for each landscape, the sum of the losses over the start interval and its deepest minimum.
 */
export function landscapes(results: Results): string {
  const cells = 400;
  const curve = results.families.flatMap((family) =>
    family.landscapes.flatMap((landscape, l) =>
      Array.from({ length: cells + 1 }, (_, i) => {
        const w = interval.low + ((interval.high - interval.low) * i) / cells;
        return { family: family.name, landscape: l + 1, w: short(w), loss: short(lossAt(landscape, w)) };
      }),
    ),
  );
  const floors = results.families.flatMap((family) =>
    family.landscapes.map(({ deepest }, l) => ({ family: family.name, landscape: l + 1, deepest })),
  );
  return svg('The landscapes', {
    height: 90 * results.families[0]!.landscapes.length + 60,
    marginRight: 70,
    x: { label: 'w', ticks: 5 },
    y: { label: 'Σ losses', ticks: 3 },
    fx: { label: null },
    fy: { label: 'landscape', labelAnchor: 'top' },
    marks: [
      Plot.ruleY(floors, { fx: 'family', fy: 'landscape', y: 'deepest', stroke: '#bbb' }),
      Plot.line(curve, { fx: 'family', fy: 'landscape', x: 'w', y: 'loss', strokeWidth: 1 }),
    ],
  });
}

/** Plots the mean excess over the training steps, one line for each method. */
export function curves(results: Results): string {
  const points = results.families.flatMap((family) =>
    family.methods.flatMap((m) =>
      m.curve.map((loss, i) => ({ family: family.name, method: m.name, step: results.checkpoints[i], loss })),
    ),
  );
  return svg('Loss curves', {
    height: 380,
    color: colors(results),
    x: { label: 'step', ticks: 2 },
    y: { label: 'mean Σ losses above the deepest minimum', grid: true },
    fx: { label: null },
    marks: [Plot.line(points, { fx: 'family', x: 'step', y: 'loss', stroke: 'method', strokeWidth: 1.5 })],
  });
}

/** The final loss of one run; landscapes count from 1. */
interface End {
  readonly method: string;
  readonly landscape: number;
  readonly loss: number;
}

/** Returns the ends of all runs of a family, with `height` of their losses. */
const ends = (family: FamilyResult, height: (loss: number, landscape: number) => number): End[] =>
  family.methods.flatMap((m) =>
    m.finals.flatMap((list, l) =>
      list.map((loss) => ({ method: m.name, landscape: l + 1, loss: short(height(loss, l)) })),
    ),
  );

/** Box plots of a family's final losses above the deepest minima. */
export function boxes(results: Results, family: FamilyResult): string {
  const data = ends(family, (loss, l) => loss - family.landscapes[l]!.deepest);
  return svg(`Final losses, ${family.name}`, {
    height: 290,
    marginLeft: 130,
    color: { ...colors(results), legend: false },
    x: { label: 'final Σ losses above the deepest minimum', grid: true },
    y: { label: null, domain: names(results) },
    marks: [
      Plot.ruleX([0], { stroke: '#888' }),
      Plot.boxX(data, { x: 'loss', y: 'method', fill: 'method', fillOpacity: 0.5, r: 1 }),
    ],
  });
}

/** Box plots of the final losses themselves for each landscape, as in the paper's figure. */
export function boxesByLandscape(results: Results, family: FamilyResult): string {
  const floors = family.landscapes.map(({ deepest }, l) => ({ landscape: l + 1, deepest }));
  return svg(`Final losses on each landscape, ${family.name}`, {
    height: 260,
    color: colors(results),
    x: { axis: null, domain: names(results) },
    y: { label: 'final Σ losses', grid: true },
    fx: { label: 'landscape' },
    marks: [
      Plot.ruleY(floors, { fx: 'landscape', y: 'deepest', stroke: '#888' }),
      Plot.boxY(
        ends(family, (loss) => loss),
        { fx: 'landscape', x: 'method', y: 'loss', fill: 'method', fillOpacity: 0.6, r: 0.7, strokeWidth: 1 },
      ),
    ],
  });
}

/** Plots the mean excess on the search landscapes over the learning rate. */
export function search(results: Results): string {
  const points = results.families.flatMap((family) =>
    family.methods.flatMap((m) =>
      m.search.map((loss, i) => ({
        family: family.name,
        method: m.name,
        rate: results.settings.rates[i]!,
        loss,
        chosen: results.settings.rates[i] === m.rate,
      })),
    ),
  );
  return svg('The search for learning rates', {
    height: 380,
    color: colors(results),
    x: { label: 'peak learning rate', type: 'log', ticks: 4, tickFormat: String },
    y: { label: 'mean Σ losses above the deepest minimum', grid: true },
    fx: { label: null },
    marks: [
      Plot.line(points, { fx: 'family', x: 'rate', y: 'loss', stroke: 'method' }),
      Plot.dot(
        points.filter((point) => point.chosen),
        { fx: 'family', x: 'rate', y: 'loss', fill: 'method', r: 4 },
      ),
    ],
  });
}
