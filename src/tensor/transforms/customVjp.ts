import { checkFunction } from '../../graph/checks.ts';
import type { Node } from '../../graph/node.ts';
import { sameShape, show } from '../../graph/shape.ts';
import { make } from '../../graph/simplify.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor.ts';
import { flatten, isDifferentiable, type Tensors, type Tree } from '../tree.ts';
import { argumentsOf, call, nodesOf, returned, trace, type ArgumentsOf, type NodeTree } from './trace.ts';

/** A cotangent that a rule may return for an argument of type T; null is zero. */
type Cotangent<T> = Tensors<T> | TensorLike | null;

/**
 * Returns the nodes of the cotangents that a rule returned for argument i; null where they are
 * zero. Throws unless they have the structure and the shapes of the argument.
 */
function cotangentsFor(i: number, arg: NodeTree, given: Tree): (Node | null)[] {
  if (given === null) return arg.nodes.map(() => null);
  const { leaves, structure } = flatten(given, isDifferentiable, 'customVjp');
  if (structure !== arg.structure)
    throw new Error(`customVjp: cotangent ${i} must have the structure ${arg.structure}, got ${structure}`);
  return leaves.map((leaf, l) => {
    const node = nodeOf('customVjp', leaf as TensorLike);
    const { shape } = arg.nodes[l]!;
    if (!sameShape(node.shape, shape))
      throw new Error(`customVjp: cotangent ${i} must have shape ${show(shape)}, got ${show(node.shape)}`);
    return node;
  });
}

/**
 * Returns f with a reverse-mode derivative that the caller defines. `rule(g, y, ...args)` receives
 * the cotangent g of the result y, a tensor, and returns a list with the cotangent of each
 * argument, null for zero. With one argument it may return that cotangent alone. Derivatives of
 * every order exist if the rule is differentiable. Forward mode throws, and whatever f closes over
 * is a constant. A call throws unless f returns one tensor; a derivative throws unless the
 * cotangents have the structure and the shapes of the arguments.
 */
export function customVjp<A extends readonly Tree[]>(
  f: (...args: A) => TensorLike,
  rule: (g: Tensor, y: Tensor, ...args: Tensors<A>) => readonly Cotangent<A[number]>[] | Cotangent<A[0]>,
): (...args: ArgumentsOf<A>) => Tensor {
  checkFunction('customVjp', f);
  checkFunction('customVjp', rule);
  return (...args) => {
    const xs = argumentsOf('customVjp', args);
    const y = call('customVjp', f as (...args: Tree[]) => Tree, xs.build(xs.nodes));
    if (y.structure !== '*') throw new Error('customVjp: the function must return one tensor, got a tree');
    const apply = (g: Node, out: Node, inputs: readonly Node[]): (Node | null)[] => {
      const trees = xs.build(inputs) as readonly Tree[];
      const result: Tree = trace(() => (rule as (...all: Tree[]) => Tree)(new Tensor(g), new Tensor(out), ...trees));
      const list = (Array.isArray(result) ? result : [result]).map((part: Tree) =>
        returned('customVjp: the rule must return cotangents, null for zero', part),
      );
      if (list.length !== trees.length)
        throw new Error(
          `customVjp: the rule must give one cotangent for each of ${trees.length} arguments, got ${list.length}`,
        );
      return trees.flatMap((tree, i) => cotangentsFor(i, nodesOf('customVjp', tree), list[i]));
    };
    const name = f.name || 'customVjp';
    return new Tensor(make('custom', [y.nodes[0]!, ...xs.nodes], y.nodes[0]!.shape, { vjp: apply, name }));
  };
}
