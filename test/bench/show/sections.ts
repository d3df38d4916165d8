import { verdicts, type Verdict } from '../bars.ts';
import type { CurvePoint, Curves, Swept } from '../curves.ts';
import { growth } from '../growth.ts';
import type { Ratio, WorkloadResult } from '../measure.ts';
import type { Machine, Results } from '../results.ts';
import { coldRows } from './coldRows.ts';
import { dispatchRows, memoryRows, memorySweeps, sweptRows } from './curveRows.ts';
import { floorRows, limitText } from './floorRows.ts';
import { digits, type Rows } from './rows.ts';
import { taking, titleOf } from './timeRows.ts';

/** The three runs that docs/performance.md shows. */
export interface Runs {
  readonly node: Results;
  readonly browser: Results;
  readonly curves: Results;
}

const markdown = ({ head, rows }: Rows): string =>
  [head, head.map((_, i) => (i === 0 ? ':--' : '--:')), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const where = ({ date, processor, cores, system, node, load }: Machine): string =>
  `${date}, ${processor}, ${cores} cores, ${system}, Node ${node}, load ${load[0]} before and ${load[1]} at the end`;

const versionText = (versions: Results['versions']): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

const verdictText = (list: readonly Verdict[], unit: string): string =>
  list
    .filter((v) => v.unit === unit)
    .map(({ side, bar, met }) => `${side} ${bar}: ${met ? 'met' : 'not met'}`)
    .join();

const ratioText = (ratio: Ratio | undefined): string => (ratio ? `${ratio.wall.median.toFixed(2)} × ${ratio.to}` : '');

/** Ours and the peers', by the median of wall times. */
function peers(workloads: readonly WorkloadResult[]): Rows {
  const compared = workloads.filter(({ peer }) => peer);
  const names = taking(compared);
  return {
    head: ['workload, ms', ...names, 'best peer’s time over ours', 'of CPU time', 'bar'],
    rows: compared.map((w) => [
      titleOf(w),
      ...names.map((library) => {
        const m = w.measured.find(({ name }) => name === library);
        return m ? digits(m.wall.median) : '';
      }),
      ratioText(w.peer),
      w.peer!.cpu.median.toFixed(2),
      verdictText(verdicts([w]), `× ${w.peer!.to}`),
    ]),
  };
}

/** Ours, and our own plain sum or a copy. */
function shares(workloads: readonly WorkloadResult[]): Rows {
  const based = workloads.filter(({ baseline }) => baseline);
  return {
    head: ['workload', 'ms', 'baseline, ms', 'share of its speed', 'of CPU time', 'bar'],
    rows: based.map((w) => [
      titleOf(w),
      digits(w.measured[0]!.wall.median),
      digits(w.measured.find(({ name }) => name === w.baseline!.to)!.wall.median),
      ratioText(w.baseline).replace('×', 'of'),
      w.baseline!.cpu.median.toFixed(2),
      verdictText(verdicts([w]), `× ${w.baseline!.to}`),
    ]),
  };
}

function growthText(node: Results): string {
  const found = growth(node.workloads);
  if (!found)
    return 'What a further head costs was not measured, or less than the times scatter; no bar is judged by it.';
  const { few, many, ratio } = found;
  return (
    `A further head costs ${digits(1000 * few)} µs a step from 40 to 320 heads and ${digits(1000 * many)} µs from 320 to 1280, ` +
    `${ratio.toFixed(2)} times as much (${verdictText(verdicts(node.workloads), '×')}).`
  );
}

/** At which places of a sweep which device is fastest. */
function fastest({ name, axis, curves }: Swept): string[] {
  const places = [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))];
  const winners = places.map((x) => {
    const at = curves.flatMap(({ device, points }): { device: string; point: CurvePoint }[] =>
      points.filter((p) => p.x === x).map((point) => ({ device, point })),
    );
    return at.reduce((a, b) => (b.point.least < a.point.least ? b : a)).device;
  });
  return [
    name,
    axis,
    ...[...new Set(winners)].map((device) => `${device}: ${places.filter((_, i) => winners[i] === device).join(', ')}`),
  ];
}

const wins = ({ sweeps }: Curves): Rows => {
  const rows = sweeps.map(fastest).map(([name, axis, ...won]) => [name!, axis!, won.join('; ')]);
  return { head: ['sweep', 'axis', 'fastest'], rows };
};

/** What stands between the marks of docs/performance.md, by their names. */
export function sections({ node, browser, curves }: Runs): Readonly<Record<string, string>> {
  const { sweeps, dispatch } = curves.curves!;
  const drawing = ({ browser, webgl, webgpu }: NonNullable<Results['graphics']>): string =>
    `${browser}; WebGL: ${webgl}; WebGPU: ${webgpu}`;
  return {
    machine: [
      `- In Node: ${where(node.machine)}.`,
      `- In Chromium: ${where(browser.machine)}. ${drawing(browser.graphics!)}.`,
      `- Curves: ${where(curves.machine)}. ${drawing(curves.graphics!)}.`,
      `- ${versionText(node.versions)}.`,
    ].join('\n'),
    peers: markdown(peers(node.workloads)),
    cold: markdown(coldRows(node.cold!)),
    shares: `${markdown(shares(node.workloads))}\n\n${growthText(node)}`,
    browser: markdown(peers(browser.workloads)),
    limits: `${limitText(node.limits!)}\n\n${markdown(floorRows(node.workloads, node.limits!))}`,
    wins: markdown(wins(curves.curves!)),
    sweeps: sweeps.map((swept) => markdown(sweptRows(swept))).join('\n\n'),
    dispatch: markdown(dispatchRows(dispatch)),
    memory: memorySweeps(curves.curves!)
      .map((swept) => markdown(memoryRows(swept)))
      .join('\n\n'),
  };
}

/**
 * The page with each text between its marks, `<!-- name -->` and `<!-- /name -->`; both must be
 * there.
 */
export function filled(page: string, texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts).reduce((page, [name, text]) => {
    const [before, rest] = page.split(`<!-- ${name} -->`);
    const after = rest?.split(`<!-- /${name} -->`)[1];
    if (after === undefined) throw new Error(`bench:page: the page must have marks for ${name}, got none`);
    return `${before}<!-- ${name} -->\n\n${text}\n\n<!-- /${name} -->${after}`;
  }, page);
}
