import type { Inputs } from './inputs.ts';
import type { Kind } from './workloads.ts';

type Arrays = readonly ArrayLike<number>[];

/** A workload, ready to be called. */
export interface Ready {
  /** Computes once and gives what it read; awaited until the numbers are on the host. */
  readonly call: () => Promise<Arrays>;
  /** What is timed in its place, where reading what came out is no part of the workload. */
  readonly timed?: () => Promise<unknown>;
  /** The state that calls have changed: the weights of a training step. */
  readonly state?: () => Promise<Arrays>;
  readonly plan?: () => Promise<Plan>;
}

/** What a call runs, of a library that tells. */
export interface Plan {
  /** How many kernels. */
  readonly steps: number;
  /** What their results take, if none takes another's place. */
  readonly bytes: number;
  /** What the tensors take that are alive between calls. */
  readonly live: number;
}

/** A library's side of the workloads. */
export interface Library {
  /** `backend` is a name of the library's own. */
  readonly start: (backend: string) => Promise<void>;
  /** What runs then, as the library tells it. */
  readonly backend: () => string;
  readonly kinds: Readonly<Partial<Record<Kind, (inputs: Inputs, variant: string) => Ready>>>;
}

/** The learning rate of all training steps. */
export const rate = 0.01;
