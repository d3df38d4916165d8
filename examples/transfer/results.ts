import type { Comparison } from '../training/comparisons.ts';
import type { Fitted } from '../training/fit.ts';
import type { Trial } from '../training/search.ts';
import type { Score } from './cell.ts';
import type { Settings } from './settings.ts';

export interface MethodResult {
  readonly method: string;
  readonly rate: number;
  readonly decay: number;
  readonly search: readonly Trial[];
  /** The score on the target's test set, for each seed. */
  readonly scores: readonly Score[];
  /** The training curve of the first seed. */
  readonly curve: Fitted['curve'];
}

/** The results of GradDrop with one leak of the source. */
export interface LeakResult {
  readonly leak: number;
  readonly scores: readonly Score[];
}

export interface Results {
  readonly format: 'cotangent-transfer-1';
  readonly settings: Settings;
  readonly methods: readonly MethodResult[];
  readonly leaks: readonly LeakResult[];
  /** The comparisons of the methods in error and loss, and of the leaks with the paper's, 1. */
  readonly comparisons: readonly Comparison[];
}
