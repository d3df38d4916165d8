import { vmapNodes } from '../../autodiff/batch.ts';
import { permute } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import type { Node } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import { checkAxis, range, show, showAny } from '../../graph/shape.ts';
import type { Tensor } from '../tensor.ts';
import { flatten, isDifferentiable, sortedKeys, type Tensors, type Tree } from '../tree.ts';
import { call, nodesOf, trace, type ArgumentsOf, type NodeTree } from './trace.ts';

/** An axis for every tensor of a tree, null for what all examples share, or a tree of these along the tree. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes };

const isBranch = (x: unknown): x is object => typeof x === 'object' && x !== null;

/** The axis of each leaf, in the order of the leaves. */
function spread(name: string, axes: Axes, tree: Tree): (number | null)[] {
  if (typeof axes === 'number' || axes === null) return flatten(tree, isDifferentiable).leaves.map(() => axes);
  const fits =
    isBranch(tree) &&
    Array.isArray(axes) === Array.isArray(tree) &&
    sortedKeys(axes).join() === sortedKeys(tree).join();
  if (!fits)
    throw new Error(
      `vmap: ${name} must follow the tree it speaks of, got ${showAny(Array.isArray(axes) ? axes : JSON.stringify(axes))}`,
    );
  return (Array.isArray(axes) ? Object.keys(axes) : sortedKeys(axes)).flatMap((k) =>
    spread(name, (axes as Record<string, Axes>)[k]!, (tree as Record<string, Tree>)[k]),
  );
}

function move(x: Node, from: number, to: number): Node {
  const order = range(x.shape.length).filter((a) => a !== from);
  order.splice(to, 0, from);
  return permute(x, order);
}

/** The arguments with the examples first, and how many there are. */
function examplesFirst(xs: NodeTree, axes: readonly (number | null)[]): { inputs: Node[]; n: number } {
  let n: number | undefined;
  const inputs = xs.nodes.map((x, i) => {
    const given = axes[i]!;
    if (given === null) return x;
    if (x.shape.length === 0) throw new Error('vmap: a scalar has no axis to map; give it null in inAxes');
    const axis = checkAxis('vmap', given, x.shape.length);
    const size = x.shape[axis]!;
    if (n !== undefined && n !== size)
      throw new Error(`vmap: the mapped axes must have one size, got ${n} and ${size}`);
    n = size;
    return move(x, axis, 0);
  });
  if (n === undefined) throw new Error('vmap: at least one argument must be mapped, got null for all in inAxes');
  return { inputs, n };
}

/**
 * f, written for one example, on many at once. `inAxes` says along which axis of each argument the examples lie (a number,
 * null for what all share, or a list with one of these or a tree of these for each argument), `outAxes` where they
 * go. Each example is its own problem: random draws differ from one to the next, and `fanOut` merges within it.
 */
export function vmap<A extends readonly Tree[] = Tensor[], Y extends Tree = Tensor>(
  f: (...args: A) => Y,
  options: { readonly inAxes?: number | null | readonly Axes[]; readonly outAxes?: Axes } = {},
): (...args: ArgumentsOf<A>) => Tensors<Y> {
  checkFunction('vmap', f);
  const { inAxes = 0, outAxes = 0 } = checkOptions('vmap', options, ['inAxes', 'outAxes']);
  return (...args) => {
    const xs = nodesOf('vmap', args);
    const axes = spread('inAxes', inAxes, args);
    const { inputs, n } = examplesFirst(xs, axes);
    let y: NodeTree | undefined;
    const one = (examples: readonly Node[]): readonly Node[] => {
      y = call('vmap', f as (...args: Tree[]) => Tree, xs.build(examples));
      return y.nodes;
    };
    const outputs = trace(() =>
      vmapNodes(
        one,
        inputs,
        axes.map((a) => a !== null),
        n,
      ),
    );
    const to = spread('outAxes', outAxes, y!.build(outputs));
    return y!.build(
      outputs.map((node, i) => {
        const axis = to[i]!;
        if (axis === null)
          throw new Error(`vmap: outAxes must be integers, got null for a result of shape ${show(node.shape)}`);
        return move(node, 0, checkAxis('vmap', axis, node.shape.length));
      }),
    );
  };
}
