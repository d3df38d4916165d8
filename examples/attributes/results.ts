import type { Comparison } from '../training/comparisons.ts';
import type { Searched } from '../training/search.ts';
import type { Standing } from '../training/standing.ts';
import type { Watched } from '../training/watch.ts';
import type { Speed } from '../training/speed.ts';
import type { Reading } from '../training/reading.ts';
import type { Fitted } from '../training/fit.ts';
import type { Score } from './metrics.ts';
import type { Settings } from './settings.ts';

export interface MethodResult {
  readonly method: string;
  readonly search: Searched;
  /** The score on the test set, for each seed. */
  readonly scores: readonly Score[];
  /** The scores of the same seeds at the next best trials of the search, [trial][seed]. */
  readonly others: readonly (readonly Score[])[];
  /** The training losses, and the errors over training, of each seed. */
  readonly curves: readonly Fitted['curve'][];
  readonly courses: readonly (readonly Watched[])[];
  /** The readings of the first seed's lanes. */
  readonly readings: readonly Reading[];
}

export interface Results {
  readonly format: 'cotangent-attributes-2';
  readonly settings: Settings;
  readonly attributes: readonly string[];
  readonly thresholds: readonly number[];
  readonly methods: readonly MethodResult[];
  readonly standing: Standing;
  readonly comparisons: readonly Comparison[];
  readonly speeds: readonly Speed[];
}
