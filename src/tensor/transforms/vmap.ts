import { vmapNodes } from '../../autodiff/batch.ts';
import { moveAxis } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import type { Node } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxis, show, showAny } from '../../graph/shape.ts';
import { topological } from '../../graph/walk.ts';
import { Key } from '../key.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { flatten, sortedKeys, type Tensors, type Tree } from '../tree.ts';
import { isKeys, isLeaf, stackKeys, type Examples, type Leaf } from './examples.ts';
import { call, trace, type NodeTree } from './trace.ts';

/**
 * The axis of the examples in every tensor of a tree, null if all examples share them, or a list or
 * object of such axes, one for each branch of the tree.
 */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes };

/** True for an object or a list. */
const isBranch = (x: unknown): x is object => typeof x === 'object' && x !== null;

/**
 * Returns the mapped axis of each leaf of `tree`, in the order of the leaves; null marks a leaf
 * that all examples share. `axes` is one value for all leaves, or a list or object of such `axes`,
 * one for each branch of `tree`. Throws if the two do not match; `name` is the option that the
 * error names.
 */
function spread(name: string, axes: Axes, tree: Tree): (number | null)[] {
  if (typeof axes === 'number' || axes === null) return flatten(tree, isLeaf).leaves.map(() => axes);
  const fits =
    isBranch(tree) &&
    !isKeys(tree) &&
    Array.isArray(axes) === Array.isArray(tree) &&
    sortedKeys(axes).join() === sortedKeys(tree).join();
  if (!fits) throw new Error(`vmap: ${name} must follow the tree it speaks of, got ${showAny(axes)}`);
  return (Array.isArray(axes) ? Object.keys(axes) : sortedKeys(axes)).flatMap((k) =>
    spread(name, (axes as Record<string, Axes>)[k]!, (tree as Record<string, Tree>)[k]),
  );
}

/**
 * Returns the mapped axis of each leaf of all arguments, in their order; null marks a leaf that all
 * examples share. `axes` is the option `inAxes`. Throws if it does not match the arguments.
 */
function spreadArguments(axes: Axes, args: readonly Tree[]): (number | null)[] {
  if (typeof axes === 'number' || axes === null) return args.flatMap((arg) => spread('inAxes', axes, arg));
  if (!Array.isArray(axes) || axes.length !== args.length)
    throw new Error(`vmap: inAxes must be a number, null or a list of ${args.length} of these, got ${showAny(axes)}`);
  return args.flatMap((arg, i) => spread('inAxes', axes[i] as Axes, arg));
}

/**
 * Returns the node of each leaf with its mapped axis moved to the front, and the number n of
 * examples. A list of keys that all examples share has no node; its input is undefined. Throws if
 * mapped axes differ in size or none is mapped.
 */
function examplesFirst(
  leaves: readonly Leaf[],
  axes: readonly (number | null)[],
): { inputs: (Node | undefined)[]; n: number } {
  let n: number | undefined;
  const inputs = leaves.map((leaf, i) => {
    const given = axes[i]!;
    if (given === null) return isKeys(leaf) ? undefined : nodeOf('vmap', leaf);
    const x = isKeys(leaf) ? stackKeys(leaf) : nodeOf('vmap', leaf as TensorLike);
    if (x.shape.length === 0) throw new Error('vmap: a scalar has no axis to map; give it null in inAxes');
    const axis = checkAxis('vmap', given, isKeys(leaf) ? 1 : x.shape.length);
    const size = x.shape[axis]!;
    if (n !== undefined && n !== size)
      throw new Error(`vmap: the mapped axes must have one size, got ${n} and ${size}`);
    n = size;
    return moveAxis(x, axis, 0);
  });
  if (n === undefined) throw new Error('vmap: at least one argument must be mapped, got null for all in inAxes');
  return { inputs, n };
}

/**
 * Returns y. Throws if it holds a key that depends on one of the nodes `examples`: a result that
 * differs between examples must be a tensor.
 */
function checkResult(y: Tree, examples: ReadonlySet<Node>): Tree {
  for (const k of flatten(y, (x) => x instanceof Key).leaves)
    if (topological([k.node], () => false).some((node) => examples.has(node)))
      throw new Error('vmap: the function must return tensors, got a key that differs between examples');
  return y;
}

/**
 * Returns a function that applies f, written for one example, to a batch of examples. `inAxes`
 * gives the axis of the examples in the arguments: a number for all (by default 0), null for
 * arguments that all examples share, or a list with one such value or tree of values for each
 * argument. `outAxes`, by default 0, gives their axis in the results. Examples are independent:
 * random draws differ between them, and `fanOut` merges within one. Where f takes a key, pass a
 * list of keys, one for each example, as in `vmap((k) => random.uniform(k, [2]))(split(key, 3))`; a
 * single key is shared. A call throws if the axes do not fit the arguments, or if the numbers of
 * examples differ.
 */
export function vmap<A extends readonly Tree[] = Tensor[], Y extends Tree = Tensor>(
  f: (...args: A) => Y,
  options: { readonly inAxes?: number | null | readonly Axes[]; readonly outAxes?: Axes } = {},
): (...args: { [K in keyof A]: Examples<A[K]> }) => Tensors<Y> {
  checkFunction('vmap', f);
  const { inAxes = 0, outAxes = 0 } = checkOptions('vmap', options, ['inAxes', 'outAxes']);
  return (...args) => {
    const parts = (args as readonly Tree[]).map((arg) => flatten(arg, isLeaf, 'vmap'));
    const leaves = parts.flatMap((part) => part.leaves);
    const axes = spreadArguments(inAxes, args);
    const { inputs, n } = examplesFirst(leaves, axes);
    let y: NodeTree | undefined;
    const one = (nodes: readonly Node[]): readonly Node[] => {
      const examples = new Set(nodes.filter((_, at) => mapped[at]));
      let at = 0;
      const values = leaves.map((leaf, i) => {
        if (inputs[i] === undefined) return leaf;
        const node = nodes[at++]!;
        return isKeys(leaf) ? new Key(node) : new Tensor(node);
      });
      let from = 0;
      const example = parts.map((part) => part.rebuild(values.slice(from, (from += part.leaves.length))));
      const checked = (...xs: Tree[]): Tree => checkResult((f as (...xs: Tree[]) => Tree)(...xs), examples);
      y = call('vmap', checked, example);
      return y.nodes;
    };
    const present = inputs.filter((x) => x !== undefined);
    const mapped = axes.filter((_, i) => inputs[i] !== undefined).map((a) => a !== null);
    const outputs = trace(() => vmapNodes(one, present, mapped, n));
    const to = spread('outAxes', outAxes, y!.build(outputs));
    return y!.build(
      outputs.map((node, i) => {
        const axis = to[i]!;
        if (axis === null)
          throw new Error(`vmap: outAxes must be integers, got null for a result of shape ${show(node.shape)}`);
        return moveAxis(node, 0, checkAxis('vmap', axis, node.shape.length));
      }),
    );
  };
}
