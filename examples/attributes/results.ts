import type { Comparison } from '../training/comparisons.ts';
import type { Trial } from '../training/search.ts';
import type { Speed } from '../training/speed.ts';
import type { Reading } from '../training/reading.ts';
import type { Fitted } from '../training/fit.ts';
import type { Score } from './metrics.ts';
import type { Settings } from './settings.ts';

export interface MethodResult {
  readonly method: string;
  readonly rate: number;
  readonly decay: number;
  readonly search: readonly Trial[];
  /** The score on the test set, for each seed. */
  readonly scores: readonly Score[];
  /** The training losses of the first seed, and the readings of its lanes. */
  readonly curve: Fitted['curve'];
  readonly readings: readonly Reading[];
}

export interface Results {
  readonly format: 'cotangent-attributes-1';
  readonly settings: Settings;
  readonly attributes: readonly string[];
  readonly thresholds: readonly number[];
  readonly methods: readonly MethodResult[];
  readonly comparisons: readonly Comparison[];
  readonly speeds: readonly Speed[];
}
