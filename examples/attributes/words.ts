import { baseline, tuned } from '../training/methods.ts';
import { besideChance } from '../training/besideChance.ts';
import { speedWords } from '../training/speedWords.ts';
import { reserved } from '../training/standing.ts';
import { beside, told } from '../training/told.ts';
import type { Results } from './results.ts';

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;

export const measures = {
  error: { key: 'error', name: 'error', better: -1, format: percent },
  maxF1: { key: 'maxF1', name: 'max F1', better: 1, format: percent },
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
        `In the run of the first seed the share of gradients that GradDrop’s masks pass goes for ${lines.join('; for ')} (the baseline is only read). No test is made of that; the paper says that it rises with GradDrop and not with the baseline.`,
      ];
}

/** Returns the conclusions of a run, in sentences. */
export function words(results: Results): string[] {
  const { comparisons, methods, standing, settings } = results;
  const pick = (against: string): string =>
    [measures.error, measures.maxF1].flatMap((measure) => told(comparisons, 'gradDrop', against, measure)).join(' ');
  return [
    ...reserved(standing),
    ...[baseline, 'gradDrop'].flatMap((name) => beside(comparisons, name, measures.error)),
    besideChance(methods, standing.compared, 'Always giving an attribute’s more frequent answer', percent),
    ...[baseline, tuned, 'randomGradDrop', 'gradDropEach'].map(pick),
    ...shares(results),
    ...speedWords(results.speeds, settings.readEvery),
  ].filter((text) => text !== '');
}
