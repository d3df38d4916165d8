import type { Comparison } from '../training/comparisons.ts';
import type { MethodResult } from '../training/methodResult.ts';
import type { Standing } from '../training/standing.ts';
import type { Speed } from '../training/speed.ts';
import type { Reading } from '../training/reading.ts';
import type { Score } from './metrics.ts';
import type { Settings } from './settings.ts';

export interface ReadResult extends MethodResult<Score> {
  /** The readings of the first seed's lanes. */
  readonly readings: readonly Reading[];
}

export interface Results {
  readonly format: 'cotangent-attributes-2';
  readonly settings: Settings;
  readonly attributes: readonly string[];
  readonly thresholds: readonly number[];
  readonly methods: readonly ReadResult[];
  readonly standing: Standing;
  readonly comparisons: readonly Comparison[];
  readonly speeds: readonly Speed[];
}
