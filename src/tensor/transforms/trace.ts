import { argument, constant, zeros } from '../../graph/build.ts';
import { interned, type Node } from '../../graph/node.ts';
import { sameShape, show, showAny } from '../../graph/shape.ts';
import type { Tangent } from '../../autodiff/rules.ts';
import type { Key } from '../key.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { flatten, isDifferentiable, type Flat, type Tree } from '../tree.ts';

/** What may stand for a tree of tensors: the same tree, with numbers where one likes. */
export type Inputs<T> = T extends Tensor
  ? TensorLike
  : T extends Key | ((...args: never[]) => unknown)
    ? T
    : T extends object
      ? { [K in keyof T]: Inputs<T[K]> }
      : T;

/**
 * The arguments of a transformed function. Numbers in them arrive as tensors; close over what has
 * to stay a number.
 */
export type ArgumentsOf<A extends readonly Tree[]> = { [K in keyof A]: Inputs<A[K]> };

let depth = 0;

/**
 * Whether a transformation is calling a user's function now, so that its tensors stand for
 * arguments.
 */
export const isTracing = (): boolean => depth > 0;

/** Calls f as a part of a transformation. */
export function trace<T>(f: () => T): T {
  depth++;
  try {
    return interned(f);
  } finally {
    depth--;
  }
}

/** A tree with its tensors and numbers as nodes. */
export interface NodeTree {
  readonly nodes: readonly Node[];
  readonly structure: string;
  /** The tree with tensors of these nodes in the leaves' places. */
  build(nodes: readonly Node[]): Tree;
  /** The tree with anything in the leaves' places. */
  replace(leaves: readonly Tree[]): Tree;
}

/** Takes a tree of a user apart. */
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
 * As `nodesOf`, with a node of its own for each leaf: what a closure holds of the same tensors
 * stays apart.
 */
export function argumentsOf(name: string, tree: Tree): NodeTree {
  const { nodes, ...rest } = nodesOf(name, tree);
  return { ...rest, nodes: nodes.map(argument) };
}

/** What a user's function makes of arguments, taken apart. */
export function call(name: string, f: (...args: Tree[]) => Tree, args: readonly Tree[]): NodeTree {
  const y: unknown = trace(() => f(...args));
  if (y === undefined || y === null || y instanceof Promise)
    throw new Error(
      `${name}: the function must return tensors, got ${y instanceof Promise ? 'a Promise' : showAny(y)}`,
    );
  return nodesOf(name, y);
}

/** The one scalar that a function returns. */
export function callScalar(name: string, f: (...args: Tree[]) => Tree, args: readonly Tree[]): Node {
  const y = call(name, f, args);
  const [node] = y.nodes;
  if (y.structure !== '*' || !node)
    throw new Error(`${name}: the function must return one scalar, got a tree of ${y.nodes.length} tensors`);
  if (node.shape.length > 0)
    throw new Error(`${name}: the function must return a scalar, got shape ${show(node.shape)}`);
  return node;
}

/** Tangents or cotangents from a user: a tree like `of`, shape by shape. */
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

/** Zeros where nothing arrived. */
export const filled = (tangents: readonly Tangent[], like: readonly Node[]): Node[] =>
  tangents.map((t, i) => t ?? zeros(like[i]!.shape));

export const one: Node = constant(1);

/** jvp and hvp take lists, with one tree for each argument. */
export function checkLists(name: string, primals: unknown, tangents: unknown): void {
  for (const [what, list] of [
    ['primals', primals],
    ['tangents', tangents],
  ] as const)
    if (!Array.isArray(list)) throw new Error(`${name}: the ${what} must be a list with one for each argument`);
}
