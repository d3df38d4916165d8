import { verdicts } from '../bars.ts';
import { coldRows } from './coldRows.ts';
import { dispatchRows, memoryRows, memorySweeps, sweptRows } from './curveRows.ts';
import { floorRows, limitText } from './floorRows.ts';
import { legend } from './legend.ts';
import type { Results } from '../results.ts';
import { drawn, type Rows } from './rows.ts';
import { timeRows } from './timeRows.ts';
import { verdictRows } from './verdictRows.ts';

/** All tables of a run. */
export const tablesOf = ({ workloads, cold, limits, curves }: Results): Rows[] =>
  [
    timeRows(workloads),
    ...(cold ? [coldRows(cold)] : []),
    ...(limits ? [floorRows(workloads, limits)] : []),
    verdictRows(verdicts(workloads, cold)),
    ...(curves
      ? [...curves.sweeps.map(sweptRows), ...memorySweeps(curves).map(memoryRows), dispatchRows(curves.dispatch)]
      : []),
  ].filter(({ rows }) => rows.length > 0);

/** All that is printed at the end. */
export const text = (results: Results): string =>
  [...tablesOf(results).map(drawn), ...(results.limits ? [limitText(results.limits)] : []), ...legend(results)].join(
    '\n\n',
  );
