import type { Plan } from './library.ts';

/** What a process or a page is asked to do, and what it answers. */
export interface Tasks {
  /** Import the library, make the inputs, compute once. */
  readonly start: { readonly asked: Record<never, never>; readonly answer: Started };
  /** Compute a few times more and give what came out. */
  readonly check: {
    readonly asked: Record<never, never>;
    readonly answer: { readonly arrays: readonly Float32Array[] };
  };
  /** Time it for so long. */
  readonly time: { readonly asked: { readonly seconds: number }; readonly answer: Round };
  /** What it has come to; afterwards it is disturbed. */
  readonly tell: { readonly asked: Record<never, never>; readonly answer: Told };
}

export interface Started {
  readonly backend: string;
  /** Milliseconds to import the library and start its backend. */
  readonly importing: number;
  /** Milliseconds of the first call, with whatever is compiled on the way. */
  readonly first: number;
}

export interface Told {
  readonly plan?: Plan;
  /** Bytes that the process holds: in memories of WebAssembly, and altogether. */
  readonly held?: { readonly wasm: number; readonly resident: number };
}

export interface Round {
  /** Milliseconds a call, one for each sample of Benchmark.js. */
  readonly wall: readonly number[];
  /** Milliseconds of processor time a call, on all threads of the process. */
  readonly cpu: number;
}

export type Asked = { [K in keyof Tasks]: { readonly task: K } & Tasks[K]['asked'] }[keyof Tasks];
export type Answer = { readonly answer: Tasks[keyof Tasks]['answer'] } | { readonly error: string };

/** A library on a workload, in a process of its own that waits to be asked. */
export interface Running {
  ask<K extends keyof Tasks>(task: K, asked: Tasks[K]['asked']): Promise<Tasks[K]['answer']>;
  end(): Promise<void>;
}
