import type { Common } from '../report/experiment.ts';
import type { NetworkSize } from '../training/network.ts';

/** How trainings are laid out: a search for each method's rate, then the runs that are reported. */
export interface Trials {
  /** Rates to choose from, and decays for the method that has one. */
  readonly rates: readonly number[];
  readonly decays: readonly number[];
  readonly searchSteps: number;
  readonly steps: number;
  readonly seeds: number;
  readonly batch: number;
  /** The node is read every so many steps. */
  readonly readEvery: number;
}

export interface Settings extends Common, Trials {
  /** Examples in the steps whose speed is measured. */
  readonly speedBatch: number;
  /** A folder with CelebA, or none for made faces. */
  readonly data: string | null;
  /** The hash of the files in that folder, which decide the numbers. */
  readonly dataHash?: string;
  readonly pixels: number;
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
  readonly network: Omit<NetworkSize, 'channels'>;
}

export type Args =
  | {
      readonly stage: 'search' | 'run';
      readonly method: string;
      readonly rate: number;
      readonly decay: number;
      readonly seed: number;
    }
  | { readonly stage: 'speed' };
