import { meanSd } from '../report/paired.ts';
import { level, type Comparison } from './comparisons.ts';

interface Scored {
  readonly method: string;
  readonly scores: readonly { readonly error: number }[];
}

/**
 * Returns sentences on whether the errors show that GradDrop is best, or none if GradDrop did not
 * run. `format` describes an error.
 */
export function verdict(
  methods: readonly Scored[],
  comparisons: readonly Comparison[],
  format: (x: number) => string,
): string[] {
  const errors = methods.map((m) => ({ method: m.method, mean: meanSd(m.scores.map((s) => s.error)).mean }));
  const own = errors.find((m) => m.method === 'gradDrop');
  if (!own) return [];
  const least = errors.reduce((a, b) => (b.mean < a.mean ? b : a));
  const order =
    own.mean <= least.mean
      ? 'GradDrop has the least mean error.'
      : `GradDrop does not have the least mean error: ${least.method} has, ${format(least.mean)}.`;
  const all = comparisons.filter((c) => c.measure === 'error' && c.method === 'gradDrop');
  const against = (sign: number): string[] =>
    all.filter((c) => c.p < level && Math.sign(c.difference) === sign).map((c) => c.against);
  const [better, worse] = [against(-1), against(1)];
  const won =
    better.length === 0
      ? 'It is not significantly better in error than any other method here: it does not win.'
      : `It is significantly better in error than ${better.join(', ')}${better.length < all.length ? ', and not than the others' : ''}.`;
  return [[order, won, ...(worse.length > 0 ? [`It is significantly worse than ${worse.join(', ')}.`] : [])].join(' ')];
}
