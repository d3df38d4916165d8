import type { Training } from '../training/training.ts';
import type { Common } from '../report/experiment.ts';
import type { NetworkSize } from '../training/network.ts';
import type { Protocol } from '../training/protocol.ts';

export interface Settings extends Common, Protocol {
  /** A folder with CIFAR-10 and CIFAR-100, or null for generated data. */
  readonly data: string | null;
  /** The hash of the files in that folder, which determine the results. */
  readonly dataHash?: string;
  /** The number of validation and of test examples on which a training is watched. */
  readonly watch: number;
  /** The numbers of source and of target examples in each batch. */
  readonly batch: { readonly source: number; readonly target: number };
  readonly examples: {
    readonly source: number;
    readonly target: number;
    readonly validation: number;
    readonly test: number;
  };
  /** The leaks of the source that are tried with GradDrop; the paper uses 1. */
  readonly leaks: readonly number[];
  readonly pixels: number;
  readonly network: Omit<NetworkSize, 'channels'>;
}

/** The arguments of a cell. */
export interface Args extends Training {
  /** The leak of the source's gradients, for methods with GradDrop. */
  readonly leak: number;
}
