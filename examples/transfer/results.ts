import type { Comparison } from '../training/comparisons.ts';
import type { MethodResult } from '../training/methodResult.ts';
import type { Standing } from '../training/standing.ts';
import type { Score } from './cell.ts';
import type { Settings } from './settings.ts';

export interface VariantResult extends MethodResult<Score> {
  /** The fraction of the source's gradient that always passes, for methods with GradDrop. */
  readonly leak: number;
}

export interface Results {
  readonly format: 'cotangent-transfer-2';
  readonly settings: Settings;
  readonly methods: readonly VariantResult[];
  /** GradDrop with each leak of the source, in ascending order. */
  readonly leaks: readonly VariantResult[];
  readonly standing: Standing;
  /** What may be said of the leaks. */
  readonly leakStanding: Standing;
  /** The comparisons of the methods in error and loss, and of the leaks in error. */
  readonly comparisons: readonly Comparison[];
}
