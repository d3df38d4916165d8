import { checkFunction } from '../graph/checks.ts';
import { isPlain, showAny } from '../graph/shape.ts';
import { Key } from './key.ts';
import { checkOwn, Tensor } from './tensor.ts';

/**
 * Tensors, numbers and keys in arrays and plain objects, to any depth. Other values are static:
 * they ride along.
 */
// What a user's function takes is for its own types to say; here every tree will do.
// oxlint-disable-next-line typescript/no-explicit-any
export type Tree = any;

/** The same tree with tensors where there were tensors or numbers. */
export type Tensors<T> = T extends Tensor | number
  ? Tensor
  : T extends Key
    ? Key
    : T extends readonly unknown[] | object
      ? { [K in keyof T]: Tensors<T[K]> }
      : T;

/** A tree's leaves, and how to put others in their places. */
export interface Flat<L> {
  readonly leaves: L[];
  /** The structure as text, static values included; equal texts have equal structures. */
  readonly structure: string;
  rebuild(leaves: readonly unknown[]): Tree;
}

const staticIds = new WeakMap<object, number>();
let nextStatic = 0;

const staticText = (x: unknown): string => {
  if ((typeof x !== 'object' || x === null) && typeof x !== 'function')
    return typeof x === 'string' ? JSON.stringify(x) : String(x);
  let id = staticIds.get(x);
  if (id === undefined) staticIds.set(x, (id = nextStatic++));
  return `#${id}`;
};

/** How deep a tree may be. */
export const deepest = 1000;

/**
 * The keys of an object in the order in which trees count them, which is not the order they were
 * written in.
 */
export const sortedKeys = (x: object): string[] => Object.keys(x).sort();

/**
 * Takes a tree apart at the leaves that `isLeaf` accepts. The order in which an object's keys were
 * written does not count: leaves come in the keys' sorted order, and a rebuilt object has its keys
 * as they were written.
 */
export function flatten<L>(tree: Tree, isLeaf: (x: unknown) => x is L, name = 'tree'): Flat<L> {
  let structure = '';
  const copy = (from: unknown, onLeaf: (leaf: L) => unknown, depth = 0): unknown => {
    if (depth > deepest)
      throw new Error(`${name}: a tree must be at most ${deepest} deep, got one that is deeper or contains itself`);
    const copyPart = (x: unknown): unknown => {
      const made = copy(x, onLeaf, depth + 1);
      structure += ',';
      return made;
    };
    if (isLeaf(from)) {
      structure += from instanceof Key ? 'k' : '*';
      return onLeaf(from);
    }
    if (Array.isArray(from)) {
      structure += '[';
      const made = from.map(copyPart);
      structure += ']';
      return made;
    }
    if (isPlain(from)) {
      structure += '{';
      const parts = new Map<string, unknown>();
      for (const k of sortedKeys(from)) {
        structure += `${JSON.stringify(k)}:`;
        parts.set(k, copyPart((from as Record<string, unknown>)[k]));
      }
      structure += '}';
      return Object.fromEntries(Object.keys(from).map((k) => [k, parts.get(k)]));
    }
    checkOwn(name, from);
    structure += staticText(from);
    return from;
  };
  const leaves: L[] = [];
  // What a caller changes in the tree later changes nothing here.
  const own = copy(tree, (leaf) => (leaves.push(leaf), leaf));
  const text = structure;
  return {
    leaves,
    structure: text,
    rebuild(values) {
      let i = 0;
      return copy(own, () => values[i++]);
    },
  };
}

export const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;
export const isDifferentiable = (x: unknown): x is Tensor | number => x instanceof Tensor || typeof x === 'number';
export const isTraced = (x: unknown): x is Tensor | number | Key => isDifferentiable(x) || x instanceof Key;

/** The tree with f applied to each tensor. */
export function mapTree<T>(tree: T, f: (t: Tensor) => Tensor): T {
  checkFunction('mapTree', f);
  const flat = flatten(tree, isTensor, 'mapTree');
  return flat.rebuild(flat.leaves.map(f)) as T;
}

/**
 * Two or more trees of one structure combined leaf by leaf: `zipTrees((w, g) => w.sub(g.mul(lr)),
 * weights, grads)`.
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
