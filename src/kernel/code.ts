import type { ReduceKind } from '../../kernels/reduce.ts';
import type { Node } from '../graph/node.ts';
import type { Affine } from './affine.ts';

/** The graph of scalar operations that a kernel computes; a shared object is computed once. */
export type Code =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'scalar'; readonly at: number }
  | { readonly kind: 'index'; readonly of: Affine }
  | { readonly kind: 'read'; readonly array: number; readonly index: Affine }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Code[] }
  | { readonly kind: 'fold'; readonly nest: Nest; readonly fold: Fold };

export interface Fold {
  readonly by: ReduceKind;
  readonly value: Code;
}

/** Nested loops, outermost counter first, that fold one or more values. */
export interface Nest {
  readonly counters: readonly { readonly name: string; readonly size: number }[];
  readonly folds: readonly Fold[];
}

/**
 * Everything a kernel consists of. Arrays and scalars go by their place in the lists of its
 * `Operands`: a plan outlives the graph.
 */
export interface KernelCode {
  /** One, or one for each of four adjacent outputs, in one row or several. */
  readonly results: readonly Code[];
  /**
   * Counters that data decides, by name: the index that a gather reads, a place held inside an
   * array.
   */
  readonly places: ReadonlyMap<string, Code>;
  /** The number of elements of each array. */
  readonly sizes: readonly number[];
  /** The number of scalars that it is given. */
  readonly scalars: number;
}

/**
 * The operands of a kernel: stored arrays, and constants of the graph that a plan passes as
 * numbers.
 */
export interface Operands {
  readonly arrays: readonly Node[];
  readonly scalars: readonly Node<'constant'>[];
}

/** The code of a kernel, and what it reads. */
export interface Kernel extends Operands {
  readonly code: KernelCode;
}

export const num = (value: number): Code => ({ kind: 'number', value });
export const call = (name: string, ...args: Code[]): Code => ({ kind: 'call', name, args });

/** Calls that compare two values; they give truth values, as `and`, `or` and `not` do. */
export const comparisons = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const;
export type Comparison = (typeof comparisons)[number];
const truths: ReadonlySet<string> = new Set([...comparisons, 'and', 'or', 'not']);

/** Tells whether a code is a call that gives a truth value. */
export const isTruth = (code: Code): code is Code & { kind: 'call' } => code.kind === 'call' && truths.has(code.name);

/** The folds that a code needs, outside of other folds. */
export function foldsIn(code: Code, found = new Set<Fold>(), seen = new Set<Code>()): ReadonlySet<Fold> {
  if (seen.has(code)) return found;
  seen.add(code);
  if (code.kind === 'fold') found.add(code.fold);
  if (code.kind === 'call') code.args.forEach((a) => foldsIn(a, found, seen));
  return found;
}

/** The folds that one side of a choice needs, and neither the other nor the test. */
export function foldsOfSide(side: Code, ...others: readonly Code[]): readonly Fold[] {
  const shared = new Set(others.flatMap((code) => [...foldsIn(code)]));
  return [...foldsIn(side)].filter((fold) => !shared.has(fold));
}

/** The way that kernels are written for a device. */
export interface Style {
  /** Exponents are read and written as bits. */
  readonly bits: boolean;
  /** Unroll factors: a loop is unrolled by the first of these numbers that divides its length. */
  readonly unroll: readonly number[];
  /**
   * True if the terms of one unrolled turn are added up before they join a sum. Otherwise each has
   * a sum of its own, and additions do not wait for each other.
   */
  readonly joined: boolean;
}

export const plainStyle: Style = { bits: false, unroll: [], joined: false };
