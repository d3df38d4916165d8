import type { ReduceKind } from '../../../kernels/reduce.ts';
import type { Node } from '../../graph/node.ts';
import type { Affine } from './affine.ts';

/** What a kernel computes, as a graph of scalar operations; a shared object is computed once. */
export type Code =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'scalar'; readonly node: Node<'constant'> }
  | { readonly kind: 'index'; readonly of: Affine }
  | { readonly kind: 'read'; readonly array: Node; readonly index: Affine }
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

/** Everything a kernel consists of. */
export interface KernelCode {
  readonly result: Code;
  /** Counters that data decides, by name: the index that a gather reads, a place held inside an array. */
  readonly places: ReadonlyMap<string, Code>;
}

export const num = (value: number): Code => ({ kind: 'number', value });
export const call = (name: string, ...args: Code[]): Code => ({ kind: 'call', name, args });
