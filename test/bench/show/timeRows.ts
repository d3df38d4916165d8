import type { Measured, Ratio, WorkloadResult } from '../measure.ts';
import { digits, share, type Rows } from './rows.ts';
import { isBaseline, libraries, natives, type LibraryName } from '../workloads.ts';

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

/** One row a workload; columns for a baseline only where there is one. */
export function timeRows(workloads: readonly WorkloadResult[]): Rows {
  const names = taking(workloads);
  const based = workloads.some(({ baseline }) => baseline);
  const compiled = natives.filter((native) => workloads.some((w) => w.measured.some(({ name }) => name === native)));
  return {
    head: [
      'workload',
      ...names,
      'peer’s time over ours',
      'CPU',
      'least',
      ...(based ? ['baseline', 'baseline’s over ours', 'CPU', 'least'] : []),
      ...(compiled.length > 0 ? [...compiled, 'native over ours', 'CPU', 'least'] : []),
    ],
    rows: workloads.map((w) => [
      titleOf(w),
      ...names.map((library) => cell(w.measured.find(({ name }) => name === library))),
      ...ratio(w.peer),
      ...(based ? [cell(w.measured.find(({ name }) => isBaseline(name))), ...ratio(w.baseline)] : []),
      ...(compiled.length > 0
        ? [...compiled.map((native) => cell(w.measured.find(({ name }) => name === native))), ...ratio(w.native)]
        : []),
    ]),
  };
}
