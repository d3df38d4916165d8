import { checkFunction } from '../graph/checks.ts';
import { isPlain, showAny } from '../graph/shape.ts';
import { Key } from './key.ts';
import { checkOwn, Tensor } from './tensor.ts';

/** Tensors, numbers and keys in arrays and plain objects, to any depth. Other values are static: they ride along. */
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

/** The keys of an object in the order in which trees count them, which is not the order they were written in. */
export const sortedKeys = (x: object): string[] => Object.keys(x).sort();

/**
 * Takes a tree apart at the leaves that `isLeaf` accepts. The order in which an object's keys were written does not count: leaves come
 * in the keys' sorted order, and a rebuilt object has its keys as they were written.
 */
export function flatten<L>(tree: Tree, isLeaf: (x: unknown) => x is L, name = 'tree'): Flat<L> {
  const leaves: L[] = [];
  let structure = '';
  const visit = (x: unknown): ((next: () => unknown) => unknown) => {
    if (isLeaf(x)) {
      leaves.push(x);
      structure += x instanceof Key ? 'k' : '*';
      return (next) => next();
    }
    if (Array.isArray(x)) {
      structure += '[';
      const parts = x.map((e) => {
        const part = visit(e);
        structure += ',';
        return part;
      });
      structure += ']';
      return (next) => parts.map((p) => p(next));
    }
    if (isPlain(x)) {
      structure += '{';
      const parts = sortedKeys(x).map((k) => {
        structure += `${JSON.stringify(k)}:`;
        const part = visit((x as Record<string, unknown>)[k]);
        structure += ',';
        return [k, part] as const;
      });
      structure += '}';
      const own = Object.keys(x);
      return (next) => {
        const built = new Map(parts.map(([k, p]) => [k, p(next)]));
        return Object.fromEntries(own.map((k) => [k, built.get(k)]));
      };
    }
    checkOwn(name, x);
    structure += staticText(x);
    return () => x;
  };
  const build = visit(tree);
  return {
    leaves,
    structure,
    rebuild(values) {
      let i = 0;
      return build(() => values[i++]);
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

/** Two or more trees of one structure combined leaf by leaf: `zipTrees((w, g) => w.sub(g.mul(lr)), weights, grads)`. */
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
