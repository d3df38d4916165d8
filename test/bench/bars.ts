import type { ColdStart } from './cold.ts';
import { growth } from './growth.ts';
import type { Ratio, WorkloadResult } from './measure.ts';

type Floor = Partial<Record<'peer' | 'baseline' | 'native', number>>;

/**
 * What is aimed at, as how many times our time the best peer, the baseline or native code must take
 * at least: by group of workloads, or by name. The plain sum over a rule's step, and a copy over
 * the kernel, are shares of their speed.
 */
export const bars: Readonly<Record<'wasm' | 'page', Readonly<Record<string, Floor>>>> = {
  wasm: {
    W1: { peer: 1.25, native: 1 },
    W2: { peer: 1.25, native: 1 },
    W3: { peer: 1.25, native: 1 },
    W4: { peer: 1 },
    W5: { peer: 1.25, native: 0.67 },
    W6: { peer: 1.25, native: 0.67 },
    W7: { peer: 1.25, native: 1 },
    'W8 40 heads, sum': { peer: 1.25, native: 1 },
    'W8 40 heads, GradDrop': { peer: 5, baseline: 0.9, native: 1 },
    W9: { peer: 1.25, native: 0.8 },
    'W10 GradDrop kernel, 2 lanes × 256k': { native: 1 },
    'W10 GradDrop kernel, 10 lanes × 256k': { baseline: 0.4, native: 1 },
    'W10 GradDrop kernel, 40 lanes × 256k': { baseline: 0.4, native: 1 },
    'W10 GradDrop kernel, 100 lanes × 256k': { baseline: 0.4, native: 1 },
  },
  page: { W1: { peer: 1 }, W2: { peer: 1 }, W3: { peer: 1 }, W8: { peer: 1 } },
};

/** Milliseconds that a fresh process may take at most. */
const coldBars = { importing: 40, first: 150 };

/** A head more may cost at most so many times as much among many heads as among few. */
const growthBar = 1.25;

/** A bar and what was measured. */
export interface Verdict {
  readonly what: string;
  readonly got: number;
  readonly unit: string;
  readonly bar: number;
  readonly side: 'at least' | 'at most';
  readonly met: boolean;
}

const verdict = (what: string, got: number, unit: string, side: Verdict['side'], bar: number): Verdict => ({
  what,
  got,
  unit,
  bar,
  side,
  met: side === 'at least' ? got >= bar : got <= bar,
});

function ofWorkload({ group, name, api, peer, baseline, native }: WorkloadResult): Verdict[] {
  const table = bars[api === 'wasm' ? 'wasm' : 'page'];
  const floor = table[`${group} ${name}`] ?? table[group] ?? {};
  const against = (ratio: Ratio | undefined, least: number | undefined): Verdict[] =>
    ratio && least !== undefined
      ? [verdict(`${label(api)}${group} ${name}`, ratio.wall.median, `× ${ratio.to}`, 'at least', least)]
      : [];
  return [...against(peer, floor.peer), ...against(baseline, floor.baseline), ...against(native, floor.native)];
}

const label = (api: string): string => (api === 'wasm' ? '' : `${api} `);

/** All bars for which there are measurements, by the medians of wall times. */
export function verdicts(workloads: readonly WorkloadResult[], cold?: ColdStart): Verdict[] {
  const grown = growth(workloads);
  const ours = cold?.libraries.find(({ library }) => library === 'cotangent');
  return [
    ...workloads.flatMap(ofWorkload),
    ...(grown
      ? [verdict('W8 cost of a further head, from 320 to 1280 over 40 to 320', grown.ratio, '×', 'at most', growthBar)]
      : []),
    ...(ours
      ? [
          verdict('importing the package', ours.importing.median, 'ms', 'at most', coldBars.importing),
          verdict('first step of W1, compilation included', ours.first.median, 'ms', 'at most', coldBars.first),
        ]
      : []),
  ];
}
