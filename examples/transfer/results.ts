import type { Comparison } from '../training/comparisons.ts';
import type { Fitted } from '../training/fit.ts';
import type { Searched } from '../training/search.ts';
import type { Standing } from '../training/standing.ts';
import type { Watched } from '../training/watch.ts';
import type { Score } from './cell.ts';
import type { Settings } from './settings.ts';

export interface MethodResult {
  readonly method: string;
  /** The fraction of the source's gradient that always passes, for methods with GradDrop. */
  readonly leak: number;
  readonly search: Searched;
  /** The score on the target's test set, for each seed. */
  readonly scores: readonly Score[];
  /** The scores of the same seeds at the next best trials of the search, [trial][seed]. */
  readonly others: readonly (readonly Score[])[];
  /** The training losses, and the errors over training, of each seed. */
  readonly curves: readonly Fitted['curve'][];
  readonly courses: readonly (readonly Watched[])[];
}

export interface Results {
  readonly format: 'cotangent-transfer-2';
  readonly settings: Settings;
  readonly methods: readonly MethodResult[];
  /** GradDrop with each leak of the source, in ascending order. */
  readonly leaks: readonly MethodResult[];
  readonly standing: Standing;
  /** What may be said of the leaks. */
  readonly leakStanding: Standing;
  /** The comparisons of the methods in error and loss, and of the leaks in error. */
  readonly comparisons: readonly Comparison[];
}
