import { argument, constant, zeros } from '../../graph/build.ts';
import { interned, type Node } from '../../graph/node.ts';
import { sameShape, show } from '../../graph/shape.ts';
import type { Tangent } from '../../autodiff/rules.ts';
import type { Key } from '../key.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { warnOnce } from '../warnOnce.ts';
import { flatten, isDifferentiable, type Flat, type Tree } from '../tree.ts';

/**
 * The type of an argument for a tree T of tensors: the same tree, in which numbers may replace
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
 * The argument types of a transformed function. Numbers in the arguments arrive as tensors; a value
 * that must stay a number is closed over.
 */
export type ArgumentsOf<A extends readonly Tree[]> = { [K in keyof A]: Inputs<A[K]> };

let depth = 0;

/**
 * Says whether a transformation is calling a user's function now. If so, the function's tensors are
 * placeholders.
 */
export const isTracing = (): boolean => depth > 0;

/** Calls f as part of a transformation: equal nodes made in it are interned. */
export function trace<T>(f: () => T): T {
  depth++;
  try {
    return interned(f);
  } finally {
    depth--;
  }
}

/** A tree whose tensors and numbers have been replaced by nodes. */
export interface NodeTree {
  readonly nodes: readonly Node[];
  readonly structure: string;
  /** Rebuilds the tree with tensors of these nodes as leaves. */
  build(nodes: readonly Node[]): Tree;
  /** Rebuilds the tree with any values as leaves. */
  replace(leaves: readonly Tree[]): Tree;
}

/**
 * Replaces the tensors and numbers of a tree by nodes. Throws, with `name`, if a tensor has been
 * disposed or belongs to another copy of this package.
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
 * Like `nodesOf`, but each leaf gets a fresh node. Tensors that a closure captured from the same
 * tree are therefore not differentiated.
 */
export function argumentsOf(name: string, tree: Tree): NodeTree {
  const { nodes, ...rest } = nodesOf(name, tree);
  return { ...rest, nodes: nodes.map(argument) };
}

/**
 * Returns what a user's function returned. Throws if that is nothing or a Promise; the error begins
 * with `must`.
 */
export function returned<T>(must: string, y: T): T {
  if (y === undefined) throw new Error(`${must}, got undefined; is its \`return\` missing?`);
  if (!(y instanceof Promise)) return y;
  // Nobody awaits it any more, and whatever it fails with follows from this error.
  y.catch(() => undefined);
  throw new Error(`${must}, got a Promise; read values before the call or after it, not inside`);
}

/** Calls a user's function and splits its result into nodes and structure. */
export function call(name: string, f: (...args: Tree[]) => Tree, args: readonly Tree[]): NodeTree {
  const must = `${name}: the function must return tensors`;
  const y: unknown = returned(
    must,
    trace(() => f(...args)),
  );
  if (y === null) throw new Error(`${must}, got null`);
  return nodesOf(name, y);
}

const byOperations = 'compute it from the argument by operations of tensors, such as x.mul(2).tanh()';

/** Calls a user's function that must return one scalar, and returns its node. */
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
 * Takes the tangents or cotangents that a user gave. Throws unless they have the structure and the
 * shapes of `of`.
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

/** Replaces missing tangents by zeros of the shapes of `like`. */
export const filled = (tangents: readonly Tangent[], like: readonly Node[]): Node[] =>
  tangents.map((t, i) => t ?? zeros(like[i]!.shape));

export const one: Node = constant(1);

/** Throws unless primals and tangents are lists, with one tree for each argument. */
export function checkLists(name: string, primals: unknown, tangents: unknown): void {
  for (const [what, list] of [
    ['primals', primals],
    ['tangents', tangents],
  ] as const)
    if (!Array.isArray(list)) throw new Error(`${name}: the ${what} must be a list with one for each argument`);
}
