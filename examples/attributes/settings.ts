import type { Training } from '../training/training.ts';
import type { Common } from '../report/experiment.ts';
import type { NetworkSize } from '../training/network.ts';
import type { Protocol } from '../training/protocol.ts';

export interface Settings extends Common, Protocol {
  readonly batch: number;
  /** The lanes are read in one step of `readEvery`: statistics of their gradients are computed. */
  readonly readEvery: number;
  /** The number of validation and of test examples on which a training is watched. */
  readonly watch: number;
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
export type Args = Training | { readonly stage: 'speed' };
