import { argument, broadcastTo, unsqueeze } from '../graph/build.ts';
import type { Node } from '../graph/node.ts';
import { make } from '../graph/simplify.ts';
import { topological } from '../graph/walk.ts';
import { clone } from './clone.ts';
import type { Sweep } from './rules.ts';

/** Makes a node again; a fan-out becomes the broadcast that it is. */
const plain = (n: Node, inputs: readonly Node[]): Node =>
  n.op === 'fanOut' ? broadcastTo(unsqueeze(inputs[0]!, [0]), n.shape) : make(n.op, inputs, n.shape, n.attrs);

/**
 * Makes the merged cotangent of the lanes a constant to further derivatives. It depends on the
 * lanes' values, and what a further derivative sends back that way must not be merged a second
 * time: the lanes are a plain broadcast there. Forward mode needs no such care, so both modes
 * agree.
 */
export function constantMerge(merged: Node, y: Node<'fanOut'>, sweep: Sweep): Node {
  const late = new Set<Node>([y]);
  for (const n of topological([merged], (n) => n.id <= y.id)) if (n.inputs.some((x) => late.has(x))) late.add(n);
  if (!late.has(merged)) return merged;
  const from = new Set<Node>([y.inputs[0]!]);
  for (const n of late)
    for (const x of n.inputs) if (!late.has(x) && x.op !== 'constant' && x.op !== 'iota') from.add(x);
  const sources = [...from];
  const rule = (g: Node, _: Node, inputs: readonly Node[]): readonly (Node | null)[] => {
    const own = inputs.map(argument);
    return sweep([clone(merged, sources, own, plain)], own, [g]);
  };
  return make('custom', [merged, ...sources], merged.shape, { rule, forward: true, name: 'fanOut' });
}
