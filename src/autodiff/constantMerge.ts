import { argument, broadcastTo, unsqueeze } from '../graph/build.ts';
import type { Node } from '../graph/node.ts';
import { make } from '../graph/simplify.ts';
import { topological } from '../graph/walk.ts';
import { clone } from './clone.ts';
import type { Sweep } from './rules.ts';

/**
 * Returns a node with the operation of n and new inputs. For a fan-out it returns a plain broadcast
 * of the input to all lanes: its backward pass adds the lanes' gradients and applies no merge rule.
 */
const plain = (n: Node, inputs: readonly Node[]): Node =>
  n.op === 'fanOut' ? broadcastTo(unsqueeze(inputs[0]!, [0]), n.shape) : make(n.op, inputs, n.shape, n.attrs);

/**
 * Returns the merged cotangent of the lanes with a derivative that counts the fan-out as a plain
 * broadcast. The merged cotangent depends on the lanes' values. Without this, the cotangent that a
 * further derivative sends to the lanes would be merged a second time. Forward mode takes a fan-out
 * for a broadcast anyway, so both modes agree. `sweep` is reverse mode.
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
  return make('custom', [merged, ...sources], merged.shape, { vjp: rule, jvp: ([t = null]) => t, name: 'fanOut' });
}
