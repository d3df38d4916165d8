/**
 * An independent part of an experiment. Its result is a pure function of the settings and its
 * arguments, except for measured times.
 */
export interface Cell<A> {
  /** Its file name, which is unique among the cells. */
  readonly id: string;
  /** A description for the progress bar. */
  readonly what: string;
  readonly args: A;
}

/** The place where a cell runs. */
export interface Place {
  /** The run's folder, for checkpoints and other files beside the result. */
  readonly folder: string;
}

/**
 * Returns the results of cells, in the order of the cells, computed in worker threads or taken from
 * an earlier run. With `alone` the cells are computed one after another.
 */
export type Compute = <A, R>(cells: readonly Cell<A>[], options?: { readonly alone?: boolean }) => Promise<R[]>;

/** The settings that all experiments share. */
export interface Common {
  readonly profile: 'quick' | 'full';
  readonly device: string;
  readonly seed: number;
  readonly methods: readonly string[];
}

/**
 * The report of a run: for the terminal, for the page, as a table for other programs, and the full
 * results.
 */
export interface Report {
  readonly text: string;
  readonly title: string;
  /** The page's body, in HTML. */
  readonly body: string;
  readonly csv: string;
  readonly results: unknown;
}

/**
 * An option of one experiment, `--name <value>`: a text that is checked before anything starts.
 * `text` explains it in the help.
 */
export interface OwnOption {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** An experiment, as the command line sees it. */
export interface Experiment<S extends Common> {
  readonly name: string;
  /** A description in one line. */
  readonly summary: string;
  /** All methods that `--methods` may choose from. */
  readonly methods: readonly string[];
  /** The methods that a profile runs if none are named. */
  usual(profile: Common['profile']): readonly string[];
  /** The methods without which no comparison is possible. */
  readonly needed: readonly string[];
  readonly options: readonly OwnOption[];
  /**
   * Returns the settings of a profile. Throws a usage error if files are missing, damaged or too
   * few, so that this is known before anything starts.
   */
  settings(common: Common, own: Readonly<Record<string, string | undefined>>): S | Promise<S>;
  /** Returns the approximate number of bytes that one worker needs. */
  memory(settings: S): number;
  /** Returns the number of cells. */
  count(settings: S): number;
  /** Computes the cells by `compute` and returns the report. */
  run(settings: S, compute: Compute): Promise<Report>;
}

/** Thrown with one line if a run cannot continue. Results found until then are kept. */
export class Stopped extends Error {}
