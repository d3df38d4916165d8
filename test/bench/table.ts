import Table from 'cli-table3';
import type { Measured, Spread, WorkloadResult } from './measure.ts';
import type { Results } from './results.ts';
import { libraries, type LibraryName } from './workloads.ts';

/** Three digits. */
export const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

export const share = ({ lower, median, upper }: Spread): string =>
  `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;

const cell = (m: Measured | undefined): string =>
  m ? `${digits(m.wall.median)} / ${digits(m.least)} / ${digits(m.cpu.median)}` : '';

/** The libraries that took part in something. */
export const taking = (workloads: readonly WorkloadResult[]): LibraryName[] =>
  libraries.filter((name) => workloads.some((w) => w.libraries.some(({ library }) => library === name)));

/** One row a workload, under `columns`. */
export const cells = (w: WorkloadResult, names: readonly LibraryName[]): string[] => [
  w.group,
  w.name,
  ...names.map((name) => cell(w.libraries.find(({ library }) => library === name))),
  ...(w.best ? [share(w.best.wall), share(w.best.cpu), w.best.least.toFixed(2), w.best.library] : ['', '', '', '']),
];

export const columns = (names: readonly LibraryName[]): string[] => [
  '',
  'workload',
  ...names,
  'ratio',
  'of CPU time',
  'to',
];

export const legend = ({ machine: m, seconds, versions }: Results): string[] => [
  `Milliseconds a call, median wall / least wall / CPU of all threads, over ${seconds} s for each library in interleaved rounds. Ratio: how ` +
    'many times our time the fastest of the others takes, round by round (median and quartiles); above 1 we are faster.',
  `${m.date}, ${m.processor}, ${m.cores} cores, ${m.system}, Node ${m.node}, load ${m.load[0]} before and ${m.load[1]} at the end. ` +
    `${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
  ...(m.load[0] > m.cores / 2
    ? [
        'The machine was busy when this began: trust ratios before times, and those of CPU time and of the least times first.',
      ]
    : []),
];

/** All that is printed at the end. */
export function table(results: Results): string {
  const names = taking(results.workloads);
  const head = columns(names);
  const colAligns = head.map((_, i) => (i < 2 ? 'left' : 'right') as 'left' | 'right');
  const t = new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
  t.push(...results.workloads.map((w) => cells(w, names)));
  return [t.toString(), ...legend(results)].join('\n\n');
}
