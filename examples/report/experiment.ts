/**
 * A part of an experiment that stands for itself: a pure function of the settings and its
 * arguments, but for the time it takes.
 */
export interface Cell<A> {
  /** Its file name: what distinguishes it from all others. */
  readonly id: string;
  /** What is being done, for the progress bar. */
  readonly what: string;
  readonly args: A;
}

/** Where a cell runs. */
export interface Place {
  /** The folder of the run, for what is more than a result: checkpoints. */
  readonly folder: string;
}

/**
 * Computes cells, in worker threads, or takes their results from an earlier run; they come in the
 * order of the cells.
 */
export type Compute = <A, R>(cells: readonly Cell<A>[], options?: { readonly alone?: boolean }) => Promise<R[]>;

/** What all experiments are told. */
export interface Common {
  readonly profile: 'quick' | 'full';
  readonly device: string;
  readonly seed: number;
  readonly methods: readonly string[];
}

/** What a run says: on the terminal, on the page, in a table for other programs, and all of it. */
export interface Report {
  readonly text: string;
  readonly title: string;
  /** HTML. */
  readonly body: string;
  readonly csv: string;
  readonly results: unknown;
}

/** An option of one experiment's own: a text, checked before anything starts. */
export interface OwnOption {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** An experiment as the command line sees it. */
export interface Experiment<S extends Common> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** All methods that `--methods` may choose from. */
  readonly methods: readonly string[];
  /** Those that a profile runs if none are named. */
  usual(profile: Common['profile']): readonly string[];
  /** Those without which nothing can be compared. */
  readonly needed: readonly string[];
  readonly options: readonly OwnOption[];
  /**
   * The settings of a profile; a UsageError if they cannot be had: files that are missing, damaged
   * or too few are known before anything starts.
   */
  settings(common: Common, own: Readonly<Record<string, string | undefined>>): S | Promise<S>;
  /** The bytes that one worker needs, roughly. */
  memory(settings: S): number;
  /** How many cells there will be. */
  count(settings: S): number;
  run(settings: S, compute: Compute): Promise<Report>;
}

/** A run that cannot go on, in one line; what was found until then is kept. */
export class Stopped extends Error {}
