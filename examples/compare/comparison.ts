import type { Key, Tensor, Tree } from 'cotangent';
import type { Batch, Dataset } from 'cotangent/data';
import type { Common } from '../report/experiment.ts';
import type { Protocol } from '../training/protocol.ts';
import type { MethodChoice } from './methods.ts';

/** The parameters of a model. */
export interface Made<T extends Tree, H extends Tree> {
  readonly trunk: T;
  readonly heads: H;
}

/** A network: a trunk, whose features all losses share, and heads, each of which predicts. */
export interface Model<T extends Tree, H extends Tree, Part extends string, Head extends string> {
  /** Returns the initial parameters. */
  init(key: Key): Made<T, H>;
  /** Returns the features [N, …] of a batch. Here the gradients of the losses are merged. */
  trunk(trunk: T, batch: Batch<Part>): Tensor;
  /** Return the predictions of the heads from the features. */
  readonly heads: Readonly<Record<Head, (heads: H, features: Tensor) => Tensor>>;
}

/** The data sets of an experiment, with the same parts. */
export interface Splits<Part extends string> {
  readonly train: Dataset<Part>;
  /** On these the rates are chosen. */
  readonly validation: Dataset<Part>;
  /** On these the methods are compared. */
  readonly test: Dataset<Part>;
}

/** Data sets, or a function that returns them; workers call it once each. */
export type Data<Part extends string> = Splits<Part> | (() => Splits<Part> | Promise<Splits<Part>>);

/** Returns a loss, a scalar, from a head's prediction and the batch. */
export type Prediction<Part extends string> = (prediction: Tensor, batch: Batch<Part>) => Tensor;

/**
 * A loss on the head of the same name, or on the one that `head` names, so that losses can share
 * it.
 */
export type Loss<Part extends string, Head extends string> =
  Prediction<Part> | { readonly head: Head; readonly of: Prediction<Part> };

/**
 * Returns an error for each example, [N], from the predictions of all heads; less is better. It is
 * averaged over a data set.
 */
export type Metric<Part extends string, Head extends string> = (
  predictions: Readonly<Record<Head, Tensor>>,
  batch: Batch<Part>,
) => Tensor;

/** What `compare` compares. */
export interface Comparison<T extends Tree, H extends Tree, Part extends string, Head extends string> {
  /** The experiment's name; its results go to the folder cotangent-NAME. */
  readonly name: string;
  /** The report's title; the name by default. */
  readonly title?: string;
  readonly model: Model<T, H, Part, Head>;
  readonly data: Data<Part>;
  /** The losses by name, two or more, each with a lane of its own. */
  readonly losses: Readonly<Record<string, Loss<Part, Head>>>;
  /**
   * Errors by name. By the first one rates are chosen and conclusions are drawn; without metrics it
   * is the mean of the losses, `loss`, which is always measured.
   */
  readonly metrics?: Readonly<Record<string, Metric<Part, Head>>>;
  readonly methods: readonly MethodChoice[];
  /** The number of steps of each training. */
  readonly steps: number;
  /** The number of examples in a batch; 32 by default. */
  readonly batch?: number;
  /** The rates to begin the search with, ascending; five half-decades from 0.001 by default. */
  readonly rates?: readonly number[];
  /** The weight decays of `tunedSum`; the other methods try as many further rates. */
  readonly decays?: readonly number[];
  /** The number of trainings of each method; as many as `detect` needs by default. */
  readonly seeds?: number;
  /** The seeds of the search, 3 by default. */
  readonly searchSeeds?: number;
  /** The difference, in its standard deviations, to show with 80 % power; 1 by default. */
  readonly detect?: number;
}

export interface Settings extends Common, Protocol {
  readonly batch: number;
  /** The number of validation and of test examples on which a training is watched. */
  readonly watch: number;
  /** Hashes of the experiment's file and of its data, which determine the results. */
  readonly source: string;
  readonly dataHash: string;
}
