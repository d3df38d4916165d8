import { showAny } from '../../graph/shape.ts';
import type { Tensors, Tree } from '../tree.ts';
import { argumentsOf, nodesOf, type NodeTree } from './trace.ts';

/**
 * The position of the argument to differentiate with respect to, or a list of positions. The first
 * argument has position 0.
 */
export type Argnums = number | readonly number[];

/**
 * The type of a gradient with respect to the arguments `N`: a tree like the argument, or a list of
 * such trees if N is a list.
 */
export type Chosen<A extends readonly Tree[], N extends Argnums> = N extends readonly number[]
  ? { -readonly [I in keyof N]: Tensors<A[N[I] & keyof A]> }
  : Tensors<A[N & keyof A]>;

/**
 * The arguments of one call. `chosen` is the argument to differentiate with respect to, or a list
 * of them; `args` are all arguments as the function receives them.
 */
export interface Call {
  readonly chosen: NodeTree;
  readonly args: readonly Tree[];
}

/**
 * Prepares the arguments of one call: the tensors and numbers of the chosen ones get fresh nodes,
 * and those of all others become tensors. Throws, with `name`, if a position in `argnums` does not
 * exist or occurs twice, or if a chosen argument is neither a tensor, a number, a list nor a plain
 * object.
 */
export function choose(name: string, args: readonly Tree[], argnums: Argnums): Call {
  const list = typeof argnums === 'number' ? [argnums] : argnums;
  if (args.length === 0) throw new Error(`${name}: an argument to differentiate by is needed, got none`);
  for (const n of list)
    if (!Number.isInteger(n) || n < 0 || n >= args.length)
      throw new Error(`${name}: argnums must be integers from 0 to ${args.length - 1}, got ${showAny(argnums)}`);
  if (new Set(list).size !== list.length) throw new Error(`${name}: argnums must differ, got ${showAny(argnums)}`);
  const picked = list.map((n) => args[n]);
  for (const arg of picked)
    if (!/^[*[{]/.test(nodesOf(name, arg).structure))
      throw new Error(
        `${name}: an argument to differentiate by must be a tensor, a number or a tree of them, got ${showAny(arg)}`,
      );
  const chosen = argumentsOf(name, typeof argnums === 'number' ? picked[0] : picked);
  const wrapped = chosen.build(chosen.nodes);
  const all = args.map((arg, n) => {
    if (typeof argnums === 'number' && n === argnums) return wrapped;
    const at = list.indexOf(n);
    if (at >= 0) return (wrapped as Tree[])[at];
    const plain = nodesOf(name, arg);
    return plain.build(plain.nodes);
  });
  return { chosen, args: all };
}
