import type { GraphData, KernelOf } from 'cotangent/inspect';
import type { DeviceName, SignDropOptions } from 'cotangent';

/** The lanes of a merge, with the reader's options. */
export interface MergeRequest {
  /** The gradient of each loss, row-major. */
  readonly gradients: readonly (readonly number[])[];
  readonly shape: readonly number[];
  /** The values where the lanes meet, if the signs read them. */
  readonly inputs: readonly number[] | undefined;
  readonly choice: {
    readonly k: number;
    readonly leak: readonly number[];
    readonly axes: readonly number[];
    readonly inputSign: boolean;
    readonly zeroSign: NonNullable<SignDropOptions['zeroSign']>;
  };
  /** The draw of each group of positions that share a mask. */
  readonly draws: readonly number[];
}

/** What the trusted worker is asked. It gets data alone, never code. */
export type TrustedRequest =
  | { readonly kind: 'files'; readonly files: Readonly<Record<string, string>> }
  | { readonly kind: 'kernels'; readonly asked: number; readonly graph: GraphData; readonly device: DeviceName }
  | { readonly kind: 'merge'; readonly asked: number; readonly request: MergeRequest };

export type TrustedReport =
  | { readonly kind: 'need'; readonly name: string }
  | { readonly kind: 'answer'; readonly asked: number; readonly answer: readonly KernelOf[] | readonly number[] }
  /** A GPU is gone, and with it what the worker has on it. */
  | { readonly kind: 'lost'; readonly what: string; readonly why: string }
  | { readonly kind: 'refusal'; readonly asked: number; readonly why: string };
