import { baseline, tuned } from '../training/methods.ts';
import { besideBaseline } from '../training/besideBaseline.ts';
import { besideChance } from '../training/besideChance.ts';
import { told } from '../training/told.ts';
import { verdict } from '../training/verdict.ts';
import type { Results } from './results.ts';

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;

const measures = {
  error: { name: 'error', better: -1, format: percent },
  maxF1: { name: 'max F1', better: 1, format: percent },
} as const;

/** Returns sentences about the share of gradients that the masks pass, for Figure 3c. */
function shares({ methods }: Results): string[] {
  const lines = methods.flatMap(({ method, readings }) => {
    if (readings.length < 2 || ![baseline, 'gradDrop'].includes(method)) return [];
    const third = Math.max(1, Math.floor(readings.length / 3));
    const mean = (list: typeof readings): number => list.reduce((s, r) => s + r.share, 0) / list.length;
    const [first, last] = [mean(readings.slice(0, third)), mean(readings.slice(-third))];
    return [`${method} from ${percent(first)} in the first third of its steps to ${percent(last)} in the last`];
  });
  return lines.length === 0
    ? []
    : [
        `The share of gradients that GradDrop’s masks pass goes for ${lines.join('; for ')} (the baseline is only read). The paper finds that it rises with GradDrop and not with the baseline.`,
      ];
}

/** Returns sentences about the speeds, and about the time that reading the lanes takes. */
function speeds({ speeds: all, settings }: Results): string[] {
  const relative = all
    .filter((s) => !s.reading && s.method !== baseline)
    .map((s) => `${s.method} ${s.relative.toFixed(2)}`);
  const read = all.find((s) => s.reading && s.method === 'gradDrop');
  const bare = all.find((s) => !s.reading && s.method === 'gradDrop');
  const share = read && bare ? Math.max(0, read.least / bare.least - 1) : undefined;
  const cost =
    share === undefined
      ? []
      : [
          `Reading GradDrop’s node costs ${percent(share)} of the step in which it is read, and it is read in one step of ${settings.readEvery}: ` +
            `${percent(share / settings.readEvery)} of the training.`,
        ];
  return relative.length === 0 ? [] : [`Speed relative to the baseline’s step: ${relative.join(', ')}.`, ...cost];
}

/** Returns the conclusions of a run, in sentences. */
export function words(results: Results): string[] {
  const { comparisons } = results;
  const pick = (method: string, against: string): string[] =>
    comparisons
      .filter((c) => c.method === method && c.against === against)
      .map((c) => told(c, measures[c.measure as keyof typeof measures]));
  return [
    ...verdict(results.methods, comparisons, percent),
    ...besideBaseline(comparisons),
    besideChance(results.methods, 'Always giving an attribute’s more frequent answer', percent),
    [...pick('gradDrop', baseline), ...pick('gradDrop', tuned), ...pick('gradDrop', 'randomGradDrop')].join(' '),
    [...pick('gradDrop', 'gradDropEach')].join(' '),
    ...shares(results),
    ...speeds(results),
  ].filter((text) => text !== '');
}
