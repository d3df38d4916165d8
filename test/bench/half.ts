import type { Options } from './options.ts';
import type { Results } from './results.ts';

/** What is measured, beside where and when. */
export type Found = Pick<Results, 'workloads' | 'cold' | 'limits' | 'graphics' | 'curves'>;

/** A part of the benchmark: in Node beside the peers, in pages beside them, or our curves alone. */
export interface Half {
  readonly command: string;
  /** Of its files. */
  readonly name: string;
  /** In one sentence. */
  readonly summary: string;
  readonly groups: readonly string[];
  measure(options: Options, progress: (name: string, share: number) => void): Promise<Found>;
}
