import type { ReduceKind } from '../../../kernels/reduce.ts';
import type { Node } from '../../graph/node.ts';
import type { Affine } from './affine.ts';

/** How many neighbours a thread of a shader returns at once: as many as gpu.js lets it. */
export const laneCount = 4;

/** What a kernel computes, as a graph of scalar operations; a shared object is computed once. */
export type Code =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'scalar'; readonly at: number }
  | { readonly kind: 'index'; readonly of: Affine }
  | { readonly kind: 'read'; readonly array: number; readonly index: Affine }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Code[] }
  | { readonly kind: 'fold'; readonly nest: Nest; readonly fold: Fold }
  | { readonly kind: 'guarded'; readonly guard: Guard; readonly of: Guarded };

export interface Fold {
  readonly by: ReduceKind;
  readonly value: Code;
}

/** Nested loops, outermost counter first, that fold one or more values. */
export interface Nest {
  readonly counters: readonly { readonly name: string; readonly size: number }[];
  readonly folds: readonly Fold[];
}

/** `value` where `test` holds, else `otherwise`. */
export interface Guarded {
  readonly test: Code;
  readonly value: Code;
  readonly otherwise: Code;
}

/** Choices whose tests hold nearly always: what the others need is computed only if one of them fails. */
export interface Guard {
  readonly all: readonly Guarded[];
}

/** Everything a kernel consists of. Arrays and scalars go by their place in the lists of its `Operands`: a plan outlives the graph. */
export interface KernelCode {
  /** One, or one for each of four neighbours, in one row or several. */
  readonly results: readonly Code[];
  /** Counters that data decides, by name: the index that a gather reads, a place held inside an array. */
  readonly places: ReadonlyMap<string, Code>;
  /** How many elements each array has. */
  readonly sizes: readonly number[];
  /** How many scalars it is given. */
  readonly scalars: number;
}

/** What a kernel reads: stored arrays, and constants of the graph that a plan passes as numbers. */
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

/** A choice by a test that holds nearly always. GradDrop of 10 lanes (W10 of the benchmark) takes 0.42 ms in place of 0.51 on webasm. */
export function guarded(test: Code, value: Code, otherwise: Code): Code {
  const of = { test, value, otherwise };
  return { kind: 'guarded', guard: { all: [of] }, of };
}

/** A kernel as gpu.js takes it: JavaScript of arrays a0, a1, … and then numbers s0, s1, …. */
export interface Source {
  readonly text: string;
  /** How far apart the four numbers are that it reads at once of each array; 0 where it reads one. */
  readonly byFours: readonly number[];
  /** Numbers to pass after the kernel's scalars: values that a literal cannot be trusted with. */
  readonly numbers: readonly number[];
}

/** How kernels are written for a device. */
export interface Style {
  /** Exponents are read and written as bits. */
  readonly bits: boolean;
  /** A loop's turns are written out by so many, by the first of these numbers that divides them. */
  readonly turns: readonly number[];
  /** What several turns give is added up before it joins a sum; else each has a sum of its own, and additions do not wait for each other. */
  readonly joined: boolean;
}

export const plainStyle: Style = { bits: false, turns: [], joined: false };
