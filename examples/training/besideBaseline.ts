import { level, type Comparison } from './comparisons.ts';
import { baseline } from './methods.ts';

/**
 * Which methods' errors differ from the baseline's by more than chance, in a sentence; nothing
 * where there is none to compare.
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
