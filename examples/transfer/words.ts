import { baseline, tuned } from '../training/methods.ts';
import { besideChance } from '../training/besideChance.ts';
import { reserved } from '../training/standing.ts';
import { beside, told } from '../training/told.ts';
import { alone, standard } from './methods.ts';
import type { Results } from './results.ts';

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;

export const measures = {
  error: { key: 'error', name: 'error', better: -1, format: percent },
  loss: { key: 'loss', name: 'loss', better: -1, format: (x: number): string => x.toFixed(3) },
} as const;

/** The errors of GradDrop with different leaks, whose tests are corrected by themselves. */
export const byLeak = { key: 'error by leak', name: 'error', better: -1, format: percent } as const;

/** Returns the conclusions of a run, in sentences. */
export function words({ comparisons, methods, leaks, standing, leakStanding }: Results): string[] {
  const pick = (method: string, against: string): string =>
    [measures.error, measures.loss].flatMap((measure) => told(comparisons, method, against, measure)).join(' ');
  const others = leaks.filter((l) => l.leak !== standard).map((l) => l.method);
  return [
    ...reserved(standing),
    ...[baseline, 'gradDrop'].flatMap((name) => beside(comparisons, name, measures.error)),
    besideChance(methods, standing.compared, 'Always naming the most frequent class', percent),
    pick(alone, baseline),
    ...[baseline, tuned, 'randomGradDrop', 'gradNormGradDrop'].map((against) => pick('gradDrop', against)),
    ...(leakStanding.reasons.length > 0 ? [] : reserved(leakStanding)),
    ...others.flatMap((name) => told(comparisons, name, 'gradDrop', byLeak)),
  ].filter((text) => text !== '');
}
