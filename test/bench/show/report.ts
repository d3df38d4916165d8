import { escape, page as pageOf, paragraphs, table } from '../../../examples/report/html.ts';
import { svg } from '../../../examples/report/svg.ts';
import * as Plot from '@observablehq/plot';
import { costFigure } from './figures.ts';
import type { WorkloadResult } from '../measure.ts';
import type { Results } from '../results.ts';
import { limitText } from './floorRows.ts';
import { legend } from './legend.ts';
import { digits } from './rows.ts';
import { tablesOf } from './text.ts';
import { titleOf } from './timeRows.ts';
import { baselines, libraries, natives } from '../workloads.ts';

const palette = ['#e0322b', '#4269d0', '#efb118', '#3ca951', '#e79a97', '#9498a0', '#6e4c9f', '#b79fd6'];

/** A bar for each library, with the half of its samples around the median. */
function bars(w: WorkloadResult): string {
  const rows = w.measured.map(({ name, wall, cpu }) => ({
    name,
    ...wall,
    text: `${digits(wall.median)} (CPU ${digits(cpu.median)})`,
  }));
  return svg(`Times of ${titleOf(w)}`, {
    width: 760,
    height: 50 + 22 * rows.length,
    marginTop: 20,
    marginBottom: 30,
    marginLeft: 90,
    marginRight: 130,
    color: { domain: [...libraries, ...baselines, ...natives], range: palette },
    x: { label: 'milliseconds a call', ticks: 5, zero: true },
    y: { label: null, domain: rows.map(({ name }) => name) },
    marks: [
      Plot.barX(rows, { x: 'median', y: 'name', fill: 'name' }),
      Plot.ruleY(rows, { x1: 'lower', x2: 'upper', y: 'name', stroke: '#222', strokeWidth: 1.5 }),
      Plot.text(rows, { x: 'upper', y: 'name', text: 'text', textAnchor: 'start', dx: 6 }),
    ],
  });
}

const section = (w: WorkloadResult): string => {
  const notes = [
    ...Object.entries(w.missing).map(([library, reason]) => `Without ${library}: ${reason}.`),
    ...w.measured.map(({ name, first, backend }) => `First call of ${name} (${backend}): ${digits(first)} ms.`),
  ];
  return `<h2>${escape(titleOf(w))}</h2>\n${bars(w)}\n${paragraphs([notes.join(' ')])}`;
};

/** The report as one page that needs nothing else: no script, no network. */
export const page = (results: Results): string =>
  pageOf(
    'Speed of cotangent and its peers',
    [
      paragraphs(legend(results)),
      ...tablesOf(results).map(({ head, rows }) => table(head, rows)),
      ...(results.limits ? [paragraphs([limitText(results.limits)])] : []),
      ...results.workloads.map(section),
      ...(results.curves?.sweeps.map(costFigure) ?? []),
    ].join('\n'),
    `
  body { max-width: 1500px; }
  table { font-size: 13px; }`,
  );
