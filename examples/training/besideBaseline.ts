import { level, type Comparison } from './comparisons.ts';
import { baseline } from './methods.ts';

/**
 * Returns a sentence that names the methods whose errors differ significantly from the baseline's,
 * or none if there are no comparisons.
 */
export function besideBaseline(comparisons: readonly Comparison[]): string[] {
  const all = comparisons.filter((c) => c.measure === 'error' && c.against === baseline);
  if (all.length === 0) return [];
  const named = (sign: number): string =>
    all
      .filter((c) => c.p < level && Math.sign(c.difference) === sign)
      .map((c) => c.method)
      .join(', ') || 'none';
  return [`Significantly better in error than ${baseline}: ${named(-1)}; significantly worse: ${named(1)}.`];
}
