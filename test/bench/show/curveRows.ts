import type { Curves, Swept } from '../curves.ts';
import { digits, type Rows } from './rows.ts';

/**
 * The sweeps in which memory grows for a reason: examples, and layers whose values the way back
 * needs.
 */
export const memorySweeps = ({ sweeps }: Curves): Swept[] =>
  sweeps.filter(({ name }) => ['batch', 'depth'].includes(name));

/**
 * The least time of a call and, in brackets, the first one, in milliseconds: a row for each place
 * on the axis.
 */
export const sweptRows = ({ name, axis, curves }: Swept): Rows => ({
  head: [`${name}: ${axis}`, ...curves.map(({ device }) => device)],
  rows: [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].map((x) => [
    `${x}`,
    ...curves.map(({ points }) => {
      const point = points.find((p) => p.x === x);
      return point ? `${digits(point.least)} (${digits(point.first)})` : '';
    }),
  ]),
});

/**
 * Bytes between calls, within one and held for it, on webasm; and how many times what is alive and
 * made is held.
 */
export const memoryRows = ({ name, axis, curves }: Swept): Rows => ({
  head: [
    `${name}: ${axis}`,
    'live, MB',
    'made in a call, MB',
    'held in WebAssembly, MB',
    'held over both',
    'process, MB',
  ],
  rows: (curves.find(({ device }) => device === 'webasm')?.points ?? []).map(({ x, plan, held }) => [
    `${x}`,
    ...[plan!.live, plan!.bytes, held!.wasm].map((bytes) => digits(bytes / 1e6)),
    (held!.wasm / (plan!.live + plan!.bytes)).toFixed(2),
    digits(held!.resident / 1e6),
  ]),
});

export const dispatchRows = (dispatch: Curves['dispatch']): Rows => ({
  head: ['device', 'a call, µs', 'a kernel, µs', 'a call of 20 kernels, ms'],
  rows: dispatch.map(({ device, call, kernel }) => [
    device,
    digits(call),
    digits(kernel),
    digits((call + 20 * kernel) / 1000),
  ]),
});
