import Table from 'cli-table3';
import { verdicts, type Verdict } from './bars.ts';
import type { Curves, Swept } from './curves.ts';
import { floorOf } from './floor.ts';
import { growth } from './growth.ts';
import type { Limits } from './limits.ts';
import { rounds, type Measured, type Ratio, type Spread, type WorkloadResult } from './measure.ts';
import type { Results } from './results.ts';
import { isBaseline, libraries, type LibraryName } from './workloads.ts';

/** Three digits. */
export const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

export const share = ({ lower, median, upper }: Spread): string =>
  `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;

const cell = (m: Measured | undefined): string =>
  m ? `${digits(m.wall.median)} / ${digits(m.least)} / ${digits(m.cpu.median)}` : '';

/** The libraries that took part in something. */
export const taking = (workloads: readonly WorkloadResult[]): LibraryName[] =>
  libraries.filter((library) => workloads.some((w) => w.measured.some(({ name }) => name === library)));

const ratio = (r: Ratio | undefined): string[] =>
  r ? [`${share(r.wall)} × ${r.to}`, r.cpu.median.toFixed(2), r.least.toFixed(2)] : ['', '', ''];

/** A workload's name, with its interface where there are several. */
export const titleOf = ({ api, group, name }: WorkloadResult): string =>
  `${api === 'wasm' ? '' : `${api} `}${group} ${name}`;

/** A table as rows of text. */
export interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One row a workload; columns for a baseline only where there is one. */
export function times(workloads: readonly WorkloadResult[]): Rows {
  const names = taking(workloads);
  const based = workloads.some(({ baseline }) => baseline);
  return {
    head: [
      'workload',
      ...names,
      'peer’s time over ours',
      'CPU',
      'least',
      ...(based ? ['baseline', 'baseline’s over ours', 'CPU', 'least'] : []),
    ],
    rows: workloads.map((w) => [
      titleOf(w),
      ...names.map((library) => cell(w.measured.find(({ name }) => name === library))),
      ...ratio(w.peer),
      ...(based ? [cell(w.measured.find(({ name }) => isBaseline(name))), ...ratio(w.baseline)] : []),
    ]),
  };
}

const amount = (x: number, unit: string): string => (unit === 'ms' ? `${digits(x)} ms` : `${x.toFixed(2)} ${unit}`);

export const verdictRows = (list: readonly Verdict[]): Rows => ({
  head: ['bar', 'measured', 'bar', ''],
  rows: list.map(({ what, got, unit, side, bar, met }) => [
    what,
    amount(got, unit),
    `${side} ${bar}${unit === 'ms' ? ' ms' : ''}`,
    met ? 'met' : 'not met',
  ]),
});

export const coldRows = (cold: NonNullable<Results['cold']>): Rows => ({
  head: ['cold start, ms', 'import', 'import and backend', 'first step of W1'],
  rows: cold.libraries.map(({ library, importing, starting, first }) => [
    library,
    ...[importing, starting, first].map(({ lower, median, upper }) =>
      [median, lower, upper]
        .map((x) => x.toFixed(0))
        .join(' (')
        .replace(/ \((\d+)$/, ' to $1)'),
    ),
  ]),
});

/** The least time of a call and, in brackets, the first one, in milliseconds: a row for each place on the axis. */
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

/** Bytes between calls, within one and held for it, on webasm; and how many times what is alive and made is held. */
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
  head: ['device', 'a call, µs', 'a kernel, µs'],
  rows: dispatch.map(({ device, call, kernel }) => [device, digits(call), digits(kernel)]),
});

/** What limits each workload. */
export const floorRows = (workloads: readonly WorkloadResult[], limits: Limits): Rows => ({
  head: ['workload', 'Mflop', 'MB', 'kernels', 'limited by', 'at least, ms', 'takes, ms', 'share of the limit'],
  rows: workloads.map((w) => {
    const { by, milliseconds, share } = floorOf(w, limits);
    const [ours] = w.measured;
    return [
      titleOf(w),
      digits(w.flops / 1e6),
      digits(w.bytes / 1e6),
      `${ours!.plan?.steps ?? ''}`,
      by,
      digits(milliseconds),
      digits(ours!.wall.median),
      share.toFixed(2),
    ];
  }),
});

export const limitText = ({ flops, fused, copy, call, kernel }: Limits): string =>
  `This machine, one core and all of them: ${flops.one.toFixed(0)} and ${flops.all.toFixed(0)} GFLOP/s by vectors of WebAssembly, products and sums in ` +
  `equal parts${fused ? ` (${fused.one.toFixed(0)} and ${fused.all.toFixed(0)} fused)` : ''}; ${copy.one.toFixed(0)} and ${copy.all.toFixed(0)} GB/s ` +
  `read and written by copying 64 MiB. A compiled call on webasm takes ${call.toFixed(1)} µs, and ${kernel.toFixed(2)} µs for each kernel.`;

export function legend({ machine: m, seconds, versions, graphics, workloads, curves }: Results): string[] {
  const grown = growth(workloads);
  return [
    ...(workloads.length > 0
      ? [
          `Milliseconds a call: median wall / least wall / CPU of all threads, over ${seconds} s for each in ${rounds} interleaved rounds. Then how many ` +
            'times our time the fastest of the others takes, round by round (median and quartiles), the same for CPU time, and for the least times; above 1 we are faster.',
        ]
      : []),
    ...(curves
      ? [`Curves: the least time of a call in ${seconds} s, and the first call in brackets, in milliseconds.`]
      : []),
    ...(workloads.some(({ baseline }) => baseline)
      ? [
          'Baselines: of W8 our own step with the plain sum of the gradients; of W10 a copy of half as many bytes as the kernel must read and write, so ' +
            'that both move the same number. Their time over ours is our share of their speed.',
        ]
      : []),
    ...(grown
      ? [
          `A further head costs ${digits(1000 * grown.few)} µs a step of GradDrop from 5 to 40 heads, ${digits(1000 * grown.many)} µs from 40 to 160.`,
        ]
      : []),
    `${m.date}, ${m.processor}, ${m.cores} cores, ${m.system}, Node ${m.node}, load ${m.load[0]} before and ${m.load[1]} at the end. ` +
      `${Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}.`,
    ...(graphics ? [`${graphics.browser}; WebGL: ${graphics.webgl}; WebGPU: ${graphics.webgpu}.`] : []),
    ...(m.load[0] > m.cores / 2
      ? [
          'The machine was busy when this began: trust ratios before times, and those of CPU time and of the least times first.',
        ]
      : []),
  ];
}

export const drawn = ({ head, rows }: Rows): string => {
  const colAligns = head.map((_, i) => (i < 1 ? 'left' : 'right') as 'left' | 'right');
  const t = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } });
  t.push(...rows.map((row) => [...row]));
  return t.toString();
};

/** All tables of a run. */
export const tablesOf = ({ workloads, cold, limits, curves }: Results): Rows[] =>
  [
    times(workloads),
    ...(cold ? [coldRows(cold)] : []),
    ...(limits ? [floorRows(workloads, limits)] : []),
    verdictRows(verdicts(workloads, cold)),
    ...(curves
      ? [...curves.sweeps.map(sweptRows), ...memorySweeps(curves).map(memoryRows), dispatchRows(curves.dispatch)]
      : []),
  ].filter(({ rows }) => rows.length > 0);

/** The sweeps in which memory grows for a reason: examples, and layers whose values the way back needs. */
export const memorySweeps = ({ sweeps }: Curves): Swept[] =>
  sweeps.filter(({ name }) => ['batch', 'depth'].includes(name));

/** All that is printed at the end. */
export const text = (results: Results): string =>
  [...tablesOf(results).map(drawn), ...(results.limits ? [limitText(results.limits)] : []), ...legend(results)].join(
    '\n\n',
  );
