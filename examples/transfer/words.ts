import { meanSd } from '../report/paired.ts';
import { level, type Comparison } from '../training/comparisons.ts';
import { baseline, tuned } from '../training/methods.ts';
import { besideBaseline } from '../training/besideBaseline.ts';
import { besideChance } from '../training/besideChance.ts';
import { told } from '../training/told.ts';
import { verdict } from '../training/verdict.ts';
import { alone } from './methods.ts';
import type { Results } from './results.ts';

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;

function ofLeaks({ leaks, comparisons }: Results): string[] {
  if (leaks.length < 2) return [];
  const means = leaks.map((l) => `${l.leak}: ${percent(meanSd(l.scores.map((s) => s.error)).mean)}`);
  const apart = comparisons.filter((c) => c.measure === 'error by leak' && c.p < level);
  const verdictOf =
    apart.length === 0
      ? 'None of them differs significantly from leak 1.'
      : `Significantly ${apart.map((c) => `${c.difference < 0 ? 'better' : 'worse'} than leak 1 is ${c.method}`).join(', ')}.`;
  return [`The mean error of GradDrop by the source’s leak, ${means.join(', ')}. ${verdictOf}`];
}

const measures = {
  error: { name: 'error', better: -1, format: percent },
  loss: { name: 'loss', better: -1, format: (x: number) => x.toFixed(3) },
} as const;

/** Returns the conclusions of a run, in sentences. */
export function words(results: Results): string[] {
  const pick = (method: string, against: string): string =>
    results.comparisons
      .filter((c: Comparison) => c.method === method && c.against === against && c.measure in measures)
      .map((c) => told(c, measures[c.measure as keyof typeof measures]))
      .join(' ');
  return [
    ...verdict(results.methods, results.comparisons, percent),
    ...besideBaseline(results.comparisons),
    besideChance(results.methods, 'Always naming the most frequent class', percent),
    pick(alone, baseline),
    [pick('gradDrop', baseline), pick('gradDrop', tuned), pick('gradDrop', 'randomGradDrop')].join(' ').trim(),
    pick('gradDrop', 'gradNormGradDrop'),
    ...ofLeaks(results),
  ].filter((text) => text !== '');
}
