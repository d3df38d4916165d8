import type { Course } from './cell.ts';
import type { Pair } from './problems.ts';
import type { Settings } from './settings.ts';

export interface MethodCourse extends Course {
  readonly method: string;
  /** The fraction of its runs that end at the front. */
  readonly reached: number;
  readonly meanDistance: number;
}

export interface ProblemResult {
  readonly name: string;
  readonly source: string;
  readonly optimizer: string;
  readonly starts: readonly Pair[];
  readonly front: readonly Pair[];
  readonly checkpoints: readonly number[];
  /** The cosines of the gradients over the view. */
  readonly cosines: readonly number[];
  readonly methods: readonly MethodCourse[];
}

export interface Results {
  readonly format: 'cotangent-landscape-1';
  readonly settings: Settings;
  /** A run that ends closer to the front than this has reached it. */
  readonly near: number;
  readonly problems: readonly ProblemResult[];
}
