import type { ReduceKind } from '../../kernels/reduce.ts';
import type { Node } from '../graph/node.ts';
import type { Affine } from './affine.ts';

/**
 * The scalar operations of a kernel, as a graph. An object that appears in several places is
 * computed once.
 */
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

/** Nested loops that fold one or more values. The counter of the outermost loop comes first. */
export interface Nest {
  readonly counters: readonly { readonly name: string; readonly size: number }[];
  readonly folds: readonly Fold[];
}

/**
 * The complete contents of a kernel. It names arrays and scalars by their places in the lists of
 * `Operands`, because a plan outlives the graph that it was made from.
 */
export interface KernelCode {
  /** One result, or one for each of four adjacent outputs, in one row or several. */
  readonly results: readonly Code[];
  /**
   * The code of each counter that data decides, by name: an index that a gather reads, or an index
   * that is limited to an array.
   */
  readonly places: ReadonlyMap<string, Code>;
  /** The number of elements of each array. */
  readonly sizes: readonly number[];
  /** The number of scalar arguments. */
  readonly scalars: number;
}

/**
 * The operands of a kernel: stored arrays, and constants of the graph that a plan passes as
 * arguments.
 */
export interface Operands {
  readonly arrays: readonly Node[];
  readonly scalars: readonly Node<'constant'>[];
}

/** The code of a kernel and its operands. */
export interface Kernel extends Operands {
  readonly code: KernelCode;
}

export const num = (value: number): Code => ({ kind: 'number', value });
export const call = (name: string, ...args: Code[]): Code => ({ kind: 'call', name, args });

/** Calls that compare two values. They give truth values, as `and`, `or` and `not` do. */
export const comparisons = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const;
export type Comparison = (typeof comparisons)[number];
const truths: ReadonlySet<string> = new Set([...comparisons, 'and', 'or', 'not']);

/** Tells whether a code is a call that gives a truth value. */
export const isTruth = (code: Code): code is Code & { kind: 'call' } => code.kind === 'call' && truths.has(code.name);

/**
 * Returns a kernel expression and all expressions that it is made of, except those inside folds. It
 * adds them to `found`, which only its own recursive calls pass.
 */
export function codesIn(code: Code, found = new Set<Code>()): ReadonlySet<Code> {
  if (found.has(code)) return found;
  found.add(code);
  if (code.kind === 'call') code.args.forEach((a) => codesIn(a, found));
  return found;
}

/** Returns the folds that a code contains, except those inside other folds. */
export const foldsIn = (code: Code): ReadonlySet<Fold> =>
  new Set([...codesIn(code)].flatMap((part) => (part.kind === 'fold' ? part.fold : [])));

/**
 * Returns the folds that one branch of a choice contains, and that neither the other branch nor the
 * test contains.
 */
export function foldsOfSide(side: Code, ...others: readonly Code[]): readonly Fold[] {
  const shared = new Set(others.flatMap((code) => [...foldsIn(code)]));
  return [...foldsIn(side)].filter((fold) => !shared.has(fold));
}

/** The options by which kernel code differs between devices. */
export interface Style {
  /** True if exponents are read and written as bits. */
  readonly bits: boolean;
  /** Unroll factors: a loop is unrolled by the first factor that divides its length. */
  readonly unroll: readonly number[];
  /**
   * True: the unrolled terms of one iteration are added to each other and then to one accumulator.
   * False: each unrolled term has a separate accumulator, so that additions do not wait for each
   * other.
   */
  readonly joined: boolean;
}

export const plainStyle: Style = { bits: false, unroll: [], joined: false };
