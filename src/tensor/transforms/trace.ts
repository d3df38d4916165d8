import { argument, constant, zeros } from '../../graph/build.ts';
import { interned, type Node } from '../../graph/node.ts';
import { sameShape, show } from '../../graph/shape.ts';
import type { Tangent } from '../../autodiff/rules.ts';
import type { Key } from '../key.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { warnOnce } from '../warnOnce.ts';
import { flatten, isDifferentiable, type Flat, type Tree } from '../tree.ts';

/**
 * The type of an argument for a tree of type T: the same tree, in which numbers may replace
 * tensors.
 */
export type Inputs<T> = T extends Tensor
  ? TensorLike
  : T extends Key | ((...args: never[]) => unknown)
    ? T
    : T extends object
      ? { [K in keyof T]: Inputs<T[K]> }
      : T;

/**
 * The types of the arguments of a transformed function. Numbers in them reach the user's function
 * as tensors; a value that must stay a number is closed over.
 */
export type ArgumentsOf<A extends readonly Tree[]> = { [K in keyof A]: Inputs<A[K]> };

/** The number of calls of `trace` that have not returned. */
export let depth = 0;

/** True while a transformation calls a user's function. Its tensors are then placeholders. */
export const isTracing = (): boolean => depth > 0;

/**
 * Calls f as part of a transformation and returns its result. While f runs, `isTracing` is true and
 * equal nodes are interned.
 */
export function trace<T>(f: () => T): T {
  depth++;
  try {
    return interned(f);
  } finally {
    depth--;
  }
}

/** A tree whose tensors and numbers have been replaced by nodes, in the order of its leaves. */
export interface NodeTree {
  readonly nodes: readonly Node[];
  /** The structure as text, as in `Flat`. */
  readonly structure: string;
  /** Returns the tree with tensors of these nodes in place of its leaves. */
  build(nodes: readonly Node[]): Tree;
  /** Returns the tree with these values in place of its leaves. */
  replace(leaves: readonly Tree[]): Tree;
}

/**
 * Returns the nodes of a tree's tensors and numbers, and its structure. Throws, with `name`, if a
 * tensor has been disposed of or belongs to another copy of this package.
 */
export function nodesOf(name: string, tree: Tree): NodeTree {
  const flat: Flat<TensorLike> = flatten(tree, isDifferentiable, name);
  return {
    nodes: flat.leaves.map((x) => nodeOf(name, x)),
    structure: flat.structure,
    build: (nodes) => flat.rebuild(nodes.map((n) => new Tensor(n))),
    replace: (leaves) => flat.rebuild(leaves),
  };
}

/**
 * Does what `nodesOf` does, but gives each leaf a fresh node. A derivative with respect to these
 * nodes thus ignores uses of the same tensors in a closure.
 */
export function argumentsOf(name: string, tree: Tree): NodeTree {
  const { nodes, ...rest } = nodesOf(name, tree);
  return { ...rest, nodes: nodes.map(argument) };
}

/**
 * Returns y, the result of a user's function. Throws if it is undefined or a Promise; the error
 * begins with `must`.
 */
export function returned<T>(must: string, y: T): T {
  if (y === undefined) throw new Error(`${must}, got undefined; is its \`return\` missing?`);
  if (!(y instanceof Promise)) return y;
  // Nobody awaits this promise any more. If it fails, that follows from the error below.
  y.catch(() => undefined);
  throw new Error(`${must}, got a Promise; read values before the call or after it, not inside`);
}

/**
 * Calls a user's function as part of a transformation and returns the nodes and the structure of
 * its result. Throws, with `name`, if that is undefined, null or a Promise.
 */
export function call(name: string, f: (...args: Tree[]) => Tree, args: readonly Tree[]): NodeTree {
  const must = `${name}: the function must return tensors`;
  const y: unknown = returned(
    must,
    trace(() => f(...args)),
  );
  if (y === null) throw new Error(`${must}, got null`);
  return nodesOf(name, y);
}

/** The next step of errors about a function that returns a plain number. */
const byOperations = 'compute it from the argument by operations of tensors, such as x.mul(2).tanh()';

/**
 * Calls a user's function and returns the node of its result. Throws, with `name`, if that is not
 * one scalar, or if it is the number NaN. If it is another number, warns that its derivatives are
 * zeros.
 */
export function callScalar(name: string, f: (...args: Tree[]) => Tree, args: readonly Tree[]): Node {
  let plain: unknown;
  const y = call(name, (...xs) => (plain = f(...xs)) as Tree, args);
  if (Number.isNaN(plain))
    throw new Error(`${name}: the function must return a scalar, got the number NaN; ${byOperations}`);
  if (typeof plain === 'number')
    warnOnce(`${name} of a number`, `${name}: the function returned the number ${plain}, so zeros; ${byOperations}`);
  const [node] = y.nodes;
  if (y.structure !== '*' || !node)
    throw new Error(`${name}: the function must return one scalar, got a tree of ${y.nodes.length} tensors`);
  if (node.shape.length > 0)
    throw new Error(
      `${name}: the function must return a scalar, got shape ${show(node.shape)}; add .sum() or .mean(), or use jacrev`,
    );
  return node;
}

/**
 * Returns the nodes of `tree`, the tangents or cotangents (`what`) that a user gave. Throws, with
 * `name`, unless they have the structure and the shapes of `of`.
 */
export function matching(name: string, what: string, of: NodeTree, tree: Tree): readonly Node[] {
  const { nodes, structure } = nodesOf(name, tree);
  if (structure !== of.structure)
    throw new Error(`${name}: the ${what} must have the structure ${of.structure}, got ${structure}`);
  nodes.forEach((n, i) => {
    const { shape } = of.nodes[i]!;
    if (!sameShape(n.shape, shape))
      throw new Error(`${name}: the ${what} must have shape ${show(shape)}, got ${show(n.shape)}`);
  });
  return nodes;
}

/** Returns the tangents or cotangents, with zeros of the shapes of `like` in place of null. */
export const filled = (tangents: readonly Tangent[], like: readonly Node[]): Node[] =>
  tangents.map((t, i) => t ?? zeros(like[i]!.shape));

/** The default cotangent of a scalar. */
export const one: Node = constant(1);

/** Throws, with `name`, unless primals and tangents are lists. */
export function checkLists(name: string, primals: unknown, tangents: unknown): void {
  for (const [what, list] of Object.entries({ primals, tangents }))
    if (!Array.isArray(list)) throw new Error(`${name}: the ${what} must be a list with one for each argument`);
}
