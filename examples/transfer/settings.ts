import type { Common } from '../report/experiment.ts';
import type { NetworkSize } from '../training/network.ts';

export interface Settings extends Common {
  /** A folder with CIFAR-10 and CIFAR-100, or none for made things. */
  readonly data: string | null;
  /** The hash of the files in that folder, which decide the numbers. */
  readonly dataHash?: string;
  readonly rates: readonly number[];
  readonly decays: readonly number[];
  readonly searchSteps: number;
  readonly steps: number;
  readonly seeds: number;
  /** Examples of the source and of the target in each batch. */
  readonly batch: { readonly source: number; readonly target: number };
  readonly examples: {
    readonly source: number;
    readonly target: number;
    readonly validation: number;
    readonly test: number;
  };
  /** The source's leaks that GradDrop is tried with; 1 is the paper's. */
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
  /** Of the source's gradients, for methods that drop. */
  readonly leak: number;
}
