import type { Inputs } from './inputs.ts';
import type { Kind } from './workloads.ts';

/** A workload, ready to be called. */
export interface Ready {
  /** Computes once and gives what it read; awaited until the numbers are on the host. */
  readonly call: () => Promise<readonly ArrayLike<number>[]>;
  /** The state that calls have changed: the weights of a training step. */
  readonly state?: () => Promise<readonly ArrayLike<number>[]>;
}

/** A library's side of the workloads. */
export interface Library {
  /** What runs, for the table: a device or backend. */
  readonly backend: () => string;
  readonly start: () => Promise<void>;
  readonly kinds: Readonly<Partial<Record<Kind, (inputs: Inputs, variant: string) => Ready>>>;
}

/** The learning rate of all training steps. */
export const rate = 0.01;
