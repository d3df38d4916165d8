import type { Common } from '../report/experiment.ts';
import type { NetworkSize } from '../training/network.ts';

export interface Settings extends Common {
  /** A folder with CIFAR-10 and CIFAR-100, or null for generated data. */
  readonly data: string | null;
  /** The hash of the files in that folder, which determine the results. */
  readonly dataHash?: string;
  readonly rates: readonly number[];
  readonly decays: readonly number[];
  readonly searchSteps: number;
  readonly steps: number;
  readonly seeds: number;
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

export interface Args {
  readonly stage: 'search' | 'run';
  readonly method: string;
  readonly rate: number;
  readonly decay: number;
  readonly seed: number;
  /** The leak of the source's gradients, for methods with GradDrop. */
  readonly leak: number;
}
