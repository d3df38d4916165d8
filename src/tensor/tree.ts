import { checkFunction } from '../graph/checks.ts';
import { isPlain, showAny } from '../graph/shape.ts';
import { Key } from './key.ts';
import { checkOwn, Tensor } from './tensor.ts';

/**
 * A tree: tensors, numbers and keys in lists and plain objects, nested at most 1000 deep. Other
 * values in it are static: they are kept as part of the structure.
 */
// A user's function declares its own argument types; here every tree is accepted.
// oxlint-disable-next-line typescript/no-explicit-any
export type Tree = any;

/** The type of a tree T with a tensor in place of each number. */
export type Tensors<T> = T extends Tensor | number
  ? Tensor
  : T extends Key
    ? Key
    : T extends readonly unknown[] | object
      ? { [K in keyof T]: Tensors<T[K]> }
      : T;

/** The leaves of a tree, in order, and a function that rebuilds the tree with other leaves. */
export interface Flat<L> {
  readonly leaves: L[];
  /** The structure as text: keys, lengths and static values. Equal texts mean equal structures. */
  readonly structure: string;
  /** Returns a tree of this structure with these leaves, in the same order. */
  rebuild(leaves: readonly unknown[]): Tree;
}

const staticIds = new WeakMap<object, number>();
let nextStatic = 0;

/** Returns the text of a static value for `structure`; objects and functions get a number each. */
const staticText = (x: unknown): string => {
  if ((typeof x !== 'object' || x === null) && typeof x !== 'function')
    return typeof x === 'string' ? JSON.stringify(x) : String(x);
  let id = staticIds.get(x);
  if (id === undefined) staticIds.set(x, (id = nextStatic++));
  return `#${id}`;
};

/** The greatest allowed depth of a tree. */
export const deepest = 1000;

/**
 * Returns the keys of an object in sorted order. Trees are visited in this order, whatever order
 * the keys were written in.
 */
export const sortedKeys = (x: object): string[] => Object.keys(x).sort();

/**
 * Splits a tree into its leaves, the values that `isLeaf` accepts, and its structure. Leaves come
 * in the sorted order of the keys; a rebuilt object has its keys in the order in which they were
 * written. Throws, with `name`, if the tree is deeper than 1000, contains itself, or holds a tensor
 * of another copy of this package.
 */
export function flatten<L>(tree: Tree, isLeaf: (x: unknown) => x is L, name = 'tree'): Flat<L> {
  const leaves: L[] = [];
  const copy = (from: unknown, depth = 0): unknown => {
    if (depth > deepest)
      throw new Error(`${name}: a tree must be at most ${deepest} deep, got one that is deeper or contains itself`);
    if (isLeaf(from)) leaves.push(from);
    else if (Array.isArray(from)) return from.map((x) => copy(x, depth + 1));
    else if (isPlain(from)) return mapEntries(from, (x) => copy(x, depth + 1));
    else checkOwn(name, from);
    return from;
  };
  // This is a copy, so later changes to the caller's tree have no effect on it.
  const own = copy(tree);
  const textOf = (x: unknown): string => {
    if (isLeaf(x)) return x instanceof Key ? 'k' : '*';
    if (Array.isArray(x)) return `[${x.map(textOf).join()}]`;
    if (!isPlain(x)) return staticText(x);
    const entries = sortedKeys(x).map((k) => `${JSON.stringify(k)}:${textOf((x as Record<string, unknown>)[k])}`);
    return `{${entries.join()}}`;
  };
  return {
    leaves,
    structure: textOf(own),
    rebuild(values) {
      let i = 0;
      const again = (x: unknown): unknown => {
        if (isLeaf(x)) return values[i++];
        if (Array.isArray(x)) return x.map(again);
        return isPlain(x) ? mapEntries(x, again) : x;
      };
      return again(own);
    },
  };
}

/** Returns an object with f applied to each entry. f is called in the sorted order of the keys. */
function mapEntries(x: object, f: (entry: unknown) => unknown): object {
  const parts = new Map(sortedKeys(x).map((k) => [k, f((x as Record<string, unknown>)[k])]));
  return Object.fromEntries(Object.keys(x).map((k) => [k, parts.get(k)]));
}

/** True for a tensor. */
export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;
/** True for a tensor or a number. */
export const isDifferentiable = (x: unknown): x is Tensor | number => x instanceof Tensor || typeof x === 'number';
/** True for a tensor, a number or a key: the leaves that a compiled function takes as inputs. */
export const isTraced = (x: unknown): x is Tensor | number | Key => isDifferentiable(x) || x instanceof Key;

/** Returns the tree with f(t) in place of each tensor t. Numbers, keys and static values stay. */
export function mapTree<T>(tree: T, f: (t: Tensor) => Tensor): T {
  checkFunction('mapTree', f);
  const flat = flatten(tree, isTensor, 'mapTree');
  return flat.rebuild(flat.leaves.map(f)) as T;
}

/**
 * Combines trees that are equal except for their tensors: each tensor of the result is f of the
 * tensors in its place, as in `zipTrees((w, g) => w.sub(g.mul(lr)), weights, grads)`. Throws if the
 * trees differ otherwise, such as in a key or in a number.
 */
export function zipTrees<T>(f: (...ts: Tensor[]) => Tensor, first: T, ...others: Tree[]): T {
  checkFunction('zipTrees', f);
  const flat = flatten(first, isTensor, 'zipTrees');
  const rest = others.map((o) => flatten(o, isTensor, 'zipTrees'));
  for (const o of rest)
    if (o.structure !== flat.structure)
      throw new Error(
        `zipTrees: trees must have one structure, got ${showAny(flat.structure)} and ${showAny(o.structure)}`,
      );
  return flat.rebuild(flat.leaves.map((t, i) => f(t, ...rest.map((o) => o.leaves[i]!)))) as T;
}
