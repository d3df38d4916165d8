import * as Plot from '@observablehq/plot';
import { svg } from '../../../examples/report/svg.ts';
import type { CurvePoint, Swept } from '../curves.ts';

const devices = { cpu: '#9498a0', webasm: '#e0322b', webgl2: '#4269d0', webgpu: '#3ca951' };

type Row = { readonly x: number; readonly y: number; readonly series: string };

const short = (x: number): string => (x >= 2 ** 20 ? `${x / 2 ** 20}M` : x >= 4096 ? `${x / 1024}k` : `${x}`);

const height = 320;

/** The ends of the lines, as many pixels apart as a name needs. */
function ends(rows: readonly Row[], [low, high]: readonly [number, number]): Row[] {
  const gap = ((high - low) * 14) / (height - 80);
  const last = [...new Map(rows.map((row) => [row.series, row])).values()].toSorted((a, b) => a.y - b.y);
  let least = -Infinity;
  return last.map((row) => ({ ...row, y: 10 ** (least = Math.max(Math.log10(row.y), least + gap)) }));
}

/** Lines on two logarithmic axes, each with its name at its end. */
function lines(
  label: string,
  x: string,
  y: string,
  rows: readonly Row[],
  colours: Readonly<Record<string, string>>,
): string {
  const exponents = rows.map((row) => Math.log10(row.y));
  const domain = [Math.floor(Math.min(...exponents)), Math.ceil(Math.max(...exponents))] as const;
  const tens = Array.from({ length: domain[1] - domain[0] + 1 }, (_, i) => 10 ** (domain[0] + i));
  return svg(label, {
    width: 560,
    height,
    marginLeft: 60,
    marginRight: 140,
    color: { domain: Object.keys(colours), range: Object.values(colours) },
    x: { type: 'log', base: 2, label: x, ticks: [...new Set(rows.map((row) => row.x))], tickFormat: short },
    y: { type: 'log', label: y, grid: true, domain: domain.map((e) => 10 ** e), ticks: tens, tickFormat: String },
    marks: [
      Plot.line(rows, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 1.5 }),
      Plot.dot(rows, { x: 'x', y: 'y', fill: 'series', r: 3 }),
      Plot.text(ends(rows, domain), { x: 'x', y: 'y', text: 'series', fill: 'series', dx: 8, textAnchor: 'start' }),
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
  );

/** What tensors take, and what the process holds for them, on webasm. */
export function memoryFigure(swept: Swept): string {
  const points = swept.curves.find(({ device }) => device === 'webasm')!.points;
  const series: Readonly<Record<string, (p: CurvePoint) => number>> = {
    'live between calls': (p) => p.plan!.live,
    'live and made in a call': (p) => p.plan!.live + p.plan!.bytes,
    'held in WebAssembly': (p) => p.held!.wasm,
  };
  const rows = Object.entries(series).flatMap(([name, of]) =>
    points.map((p) => ({ x: p.x, y: of(p) / 1e6, series: name })),
  );
  const [live, made, held] = Object.keys(series) as [string, string, string];
  const colours = { [live]: '#3ca951', [made]: '#4269d0', [held]: '#e0322b' };
  return lines(`Memory over ${swept.axis}`, `${swept.axis} →`, '↑ megabytes', rows, colours);
}
