import * as Plot from '@observablehq/plot';
import { svg } from '../../examples/report/svg.ts';
import type { CurvePoint, Swept } from './curves.ts';

const devices = ['cpu', 'webasm', 'webgl2', 'webgpu'];
const palette = ['#9498a0', '#e0322b', '#4269d0', '#3ca951'];

type Row = { readonly x: number; readonly y: number; readonly series: string };

const powers = (x: number): string => (x >= 1e6 ? `${x / 2 ** 20}M` : x >= 4096 ? `${x / 1024}k` : `${x}`);

/** Lines on two logarithmic axes. */
function lines(
  label: string,
  xLabel: string,
  yLabel: string,
  rows: readonly Row[],
  order: readonly string[],
  colours: readonly string[],
): string {
  return svg(label, {
    width: 560,
    height: 340,
    marginLeft: 60,
    marginRight: 30,
    color: { domain: [...order], range: [...colours], legend: false },
    x: { type: 'log', base: 2, label: xLabel, ticks: [...new Set(rows.map(({ x }) => x))], tickFormat: powers },
    y: {
      type: 'log',
      label: yLabel,
      grid: true,
      tickFormat: (y: number) => (Number.isInteger(Math.log10(y)) ? `${y}` : ''),
    },
    marks: [
      Plot.line(rows, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 1.5 }),
      Plot.dot(rows, { x: 'x', y: 'y', fill: 'series', r: 3 }),
      Plot.text(
        order.flatMap((series) => rows.filter((row) => row.series === series).slice(-1)),
        { x: 'x', y: 'y', text: 'series', fill: 'series', dy: -8, textAnchor: 'end' },
      ),
    ],
  });
}

const rowsOf = ({ curves }: Swept, of: (point: CurvePoint) => number): Row[] =>
  curves.flatMap(({ device, points }) => points.map((p) => ({ x: p.x, y: of(p), series: device })));

/** The least time of a call on each device. */
export const costFigure = (swept: Swept): string =>
  lines(
    `Time of a call over ${swept.axis}`,
    `${swept.axis} →`,
    '↑ milliseconds a call',
    rowsOf(swept, (p) => p.least),
    devices,
    palette,
  );

/** What tensors take, and what the process holds for them, on webasm. */
export function memoryFigure(swept: Swept): string {
  const points = swept.curves.find(({ device }) => device === 'webasm')!.points;
  const series: Readonly<Record<string, (p: CurvePoint) => number>> = {
    'live between calls': (p) => p.plan!.live,
    'live and made in a call': (p) => p.plan!.live + p.plan!.bytes,
    'memory of WebAssembly': (p) => p.held!.wasm,
  };
  const rows = Object.entries(series).flatMap(([name, of]) =>
    points.map((p) => ({ x: p.x, y: of(p) / 1e6, series: name })),
  );
  return lines(`Memory over ${swept.axis}`, `${swept.axis} →`, '↑ megabytes', rows, Object.keys(series), [
    '#3ca951',
    '#4269d0',
    '#e0322b',
  ]);
}
