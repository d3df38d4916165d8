import type { Common } from '../report/experiment.ts';
import type { NetworkSize } from '../training/network.ts';

/**
 * The trials of an experiment: a search for each method's rate, then the runs that are reported.
 */
export interface Trials {
  /** The learning rates to choose from, and the weight decays for the method that has one. */
  readonly rates: readonly number[];
  readonly decays: readonly number[];
  /** The numbers of steps of a training in the search and of one that is reported, and of seeds. */
  readonly searchSteps: number;
  readonly steps: number;
  readonly seeds: number;
  readonly batch: number;
  /** The lanes are read in one step of `readEvery`: statistics of their gradients are computed. */
  readonly readEvery: number;
}

export interface Settings extends Common, Trials {
  /** The number of examples in the steps whose speed is measured. */
  readonly speedBatch: number;
  /** A folder with CelebA, or null for generated faces. */
  readonly data: string | null;
  /** The hash of the files in that folder, which determine the results. */
  readonly dataHash?: string;
  readonly pixels: number;
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
  readonly network: Omit<NetworkSize, 'channels'>;
}

/** The arguments of a cell: a training, or the measurement of speed. */
export type Args =
  | {
      readonly stage: 'search' | 'run';
      readonly method: string;
      readonly rate: number;
      readonly decay: number;
      readonly seed: number;
    }
  | { readonly stage: 'speed' };
