import { clone } from '../../autodiff/clone.ts';
import { vjp as sweep } from '../../autodiff/vjp.ts';
import { leaf } from '../../graph/build.ts';
import { checkFunction } from '../../graph/checks.ts';
import type { Node } from '../../graph/node.ts';
import { make } from '../../graph/simplify.ts';
import { topological } from '../../graph/walk.ts';
import type { Tensor } from '../tensor.ts';
import type { Tensors, Tree } from '../tree.ts';
import { argumentsOf, call, type ArgumentsOf } from './trace.ts';

/**
 * True for draws and host calls: their results are stored, not computed again. Under vmap a draw
 * depends on where it was made, and a host call may be expensive.
 */
const isKept = (n: Node): boolean => n.op === 'random' || n.op === 'hostCall';

/**
 * Returns the nodes that y is computed from without going further back: those made before `start`,
 * a node's id, and those that `isKept` accepts. Constants are not among them.
 */
function frontier(y: Node, start: number): Node[] {
  return topological([y], (n) => n.id < start || isKept(n)).filter(
    (n) => (n.id < start || isKept(n)) && n.op !== 'constant' && n.op !== 'iota',
  );
}

/** Returns y as a node whose derivative computes again what was made after `start`. */
function checkpointed(y: Node, start: number): Node {
  if (y.id < start) return y;
  const sources = frontier(y, start);
  if (sources.length === 0) return y;
  const rule = (g: Node, _: Node, inputs: readonly Node[]): readonly (Node | null)[] => {
    const later = inputs.map((x) => make('barrier', [x, g], x.shape, {}));
    return sweep([clone(y, sources, later)], later, [g]);
  };
  return make('custom', [y, ...sources], y.shape, { vjp: rule, jvp: ([t = null]) => t, name: 'checkpoint' });
}

/**
 * Gradient checkpointing. Returns f as a function whose intermediate values are not stored for its
 * derivative, but computed again when that needs them. This saves memory and costs a second forward
 * computation for each tensor of the result. Values and derivatives of every order are those of f,
 * also with respect to tensors that f closes over. A call throws if f returns nothing, a Promise or
 * null.
 */
export function checkpoint<A extends readonly Tree[] = Tensor[], Y extends Tree = Tensor>(
  f: (...args: A) => Y,
): (...args: ArgumentsOf<A>) => Tensors<Y> {
  checkFunction('checkpoint', f);
  return (...args) => {
    const start = leaf([], 'start').id;
    const xs = argumentsOf('checkpoint', args);
    const y = call('checkpoint', f as (...args: Tree[]) => Tree, xs.build(xs.nodes));
    const inside = new Set(xs.nodes);
    return y.build(y.nodes.map((n) => (inside.has(n) ? n : checkpointed(n, start))));
  };
}
