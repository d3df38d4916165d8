import * as Plot from '@observablehq/plot';
import { svg } from '../report/svg.ts';

/** A point of a series in one panel, with its band. */
export interface Point {
  readonly panel: string;
  readonly series: string;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** What panels show: lines with bands, and single points with bars. */
export interface Panels {
  /** The panels, in their order. */
  readonly names: readonly string[];
  readonly points: readonly Point[];
  readonly marked?: readonly Point[];
  /** The series that is drawn in grey, for comparison. */
  readonly beside?: string;
  readonly x: Plot.ScaleOptions;
  /** The name of the vertical axis. */
  readonly y: string;
}

const columns = 4;

/** Returns a colour for each series: grey for `beside`, else blue, red and green in this order. */
function colorsOf(series: readonly string[], beside?: string): string[] {
  const free = ['#4269d0', '#e0322b', '#3ca951'];
  return series.map((name) => (name === beside ? '#888888' : free.shift()!));
}

/** Plots one small panel for each name, all with the same axes. */
export function panels(label: string, { names, points, marked = [], beside, x, y }: Panels): string {
  const placed = <T extends Pick<Point, 'panel' | 'series'>>(list: readonly T[]) =>
    list.map((p) => {
      const at = names.indexOf(p.panel);
      return { ...p, fx: at % columns, fy: Math.floor(at / columns), line: `${p.panel} ${p.series}` };
    });
  const titles = names.map((panel) => ({ panel, series: '' }));
  const series = [...new Set([...points, ...marked].map((p) => p.series))];
  const place = { fx: 'fx', fy: 'fy', x: 'x' } as const;
  return svg(label, {
    height: 190 * Math.ceil(names.length / columns) + 60,
    marginLeft: 60,
    color: { type: 'ordinal', domain: series, range: colorsOf(series, beside), legend: true },
    x,
    y: { label: y, grid: true, ticks: 5 },
    fx: { axis: null },
    fy: { axis: null },
    marks: [
      Plot.frame({ stroke: '#ccc' }),
      Plot.areaY(placed(points), { ...place, y1: 'low', y2: 'high', z: 'line', fill: 'series', fillOpacity: 0.2 }),
      Plot.lineY(placed(points), { ...place, y: 'y', z: 'line', stroke: 'series', strokeWidth: 1.6 }),
      Plot.ruleX(placed(marked), { ...place, y1: 'low', y2: 'high', stroke: 'series' }),
      Plot.dot(placed(marked), { ...place, y: 'y', stroke: 'series', r: 4, fill: 'white' }),
      Plot.text(placed(titles), {
        fx: 'fx',
        fy: 'fy',
        frameAnchor: 'top',
        dy: -8,
        text: 'panel',
      }),
    ],
  });
}
