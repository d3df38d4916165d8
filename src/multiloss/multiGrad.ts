import { vjp } from '../autodiff/vjp.ts';
import * as build from '../graph/build.ts';
import { checkFunction } from '../graph/checks.ts';
import { sizeOf, type Node } from '../graph/node.ts';
import { topological } from '../graph/walk.ts';
import { checkOptions } from '../graph/options.ts';
import { sameShape, show } from '../graph/shape.ts';
import { nodeOf, Tensor, type TensorLike } from '../tensor/tensor.ts';
import type { Tree } from '../tensor/tree.ts';
import { choose, type Argnums, type Chosen } from '../tensor/transforms/argnums.ts';
import { overUnits } from '../tensor/transforms/jacobian.ts';
import { call, filled, one, returned, trace, type ArgumentsOf } from '../tensor/transforms/trace.ts';
import type { Rule } from './rule.ts';

/** Several losses: a list of scalars, or one tensor of shape [losses]. */
export type Losses = readonly TensorLike[] | Tensor;

/**
 * A network in two parts. The losses share the trunk; the heads compute the losses from the trunk's
 * result h and from the same arguments.
 */
export interface TrunkAndHeads<A extends readonly Tree[]> {
  readonly trunk: (...args: A) => TensorLike;
  readonly heads: (h: Tensor, ...args: A) => Losses;
}

/**
 * The result of a call: the losses as the user's function returned them, and the merged gradients
 * of the chosen arguments.
 */
export interface MultiGrad<L, G> {
  readonly losses: L;
  readonly grads: G;
}

/** A function of the user, whatever its argument types. */
type F = (...args: Tree[]) => Tree;

/**
 * Calls f and returns its losses as nodes (scalars, or one node if they are a vector), whether they
 * are a vector, and as f returned them. Throws unless they are several scalars or a vector.
 */
function lossesOf(f: F, args: readonly Tree[]): { nodes: readonly Node[]; vector: boolean; losses: Tree } {
  const y = call('multiGrad', f, args);
  const vector = y.structure === '*' && y.nodes[0]!.shape.length === 1;
  for (const n of y.nodes)
    if (n.shape.length > 0 && !vector)
      throw new Error(`multiGrad: each loss must be a scalar, got shape ${show(n.shape)}; add .sum() or .mean()`);
  if (y.nodes.length === 0 || (y.structure === '*' && !vector))
    throw new Error('multiGrad: the function must return a list of losses or a tensor [losses]');
  return { nodes: y.nodes, vector, losses: y.build(y.nodes) };
}

/**
 * Returns the lanes of each input: the gradients of all losses with respect to it, stacked along a
 * new first axis. `nodes` are the losses, one node if `vector` is true.
 */
function lanesOf(nodes: readonly Node[], vector: boolean, inputs: readonly Node[]): Node[] {
  if (vector) return overUnits(nodes[0]!.shape, (g) => filled(vjp(nodes, inputs, g), inputs));
  return trace(() => {
    const rows = nodes.map((loss) => filled(vjp([loss], inputs, [one]), inputs));
    return inputs.map((_, i) =>
      build.concat(
        rows.map((r) => build.unsqueeze(r[i]!, [0])),
        0,
      ),
    );
  });
}

/**
 * Returns the result of the rule on the lanes g of one tensor. h is the activation that they belong
 * to; it is missing for gradients of parameters. Throws if the rule returns another shape.
 */
function merge(rule: Rule, g: Node, h?: Node): Node {
  const shape = g.shape.slice(1);
  const merged = nodeOf(
    'multiGrad',
    returned(
      'multiGrad: the rule must return a tensor',
      trace(() => (h ? rule(new Tensor(g), new Tensor(h)) : rule(new Tensor(g)))),
    ),
  );
  if (!sameShape(merged.shape, shape))
    throw new Error(`multiGrad: the rule must return shape ${show(shape)}, got ${show(merged.shape)}`);
  return merged;
}

/**
 * Returns Σ w_i ∇L_i with respect to each input, by one further sweep, if the rule has weights w.
 * Only the lanes' inner products are then stored; if the rule ignores the lanes, they are never
 * computed. Returns null if the rule has no weights. Also returns null if the backward pass is not
 * linear in its cotangents, because it contains fan-outs or derivatives that a user defined: then
 * each loss needs its own sweep.
 */
function weighed(rule: Rule, nodes: readonly Node[], inputs: readonly Node[], lanes: readonly Node[]): Node[] | null {
  const linear = !topological(nodes).some((n) => n.op === 'fanOut' || (n.op === 'custom' && !n.attrs.jvp));
  if (!rule.weights || !linear || lanes.length === 0) return null;
  const w = nodeOf(
    'multiGrad',
    trace(() => rule.weights!(lanes.map((l) => new Tensor(l)))),
  );
  const count = lanes[0]!.shape[0]!;
  if (!sameShape(w.shape, [count]))
    throw new Error(`multiGrad: the rule must return ${count} weights, got shape ${show(w.shape)}`);
  const own = nodes.map((loss, i) =>
    build.stopGradient(loss.shape.length > 0 ? w : build.reshape(build.slice(w, 0, i, i + 1), [])),
  );
  return trace(() => filled(vjp(nodes, inputs, own), inputs));
}

/**
 * Merges one Jacobian [losses, parameters] over all inputs and returns one gradient for each input,
 * in its shape.
 */
function mergedOver(rule: Rule, lanes: readonly Node[], inputs: readonly Node[]): Node[] {
  const sizes = inputs.map((x) => sizeOf(x.shape));
  const flat = lanes.map((l, i) => build.reshape(l, [l.shape[0]!, sizes[i]!]));
  const merged = merge(rule, build.concat(flat, 1));
  let at = 0;
  return inputs.map((x, i) => build.reshape(build.slice(merged, 0, at, (at += sizes[i]!)), x.shape));
}

/**
 * Returns the function that computes several losses and their merged gradient: `multiGrad(f,
 * rule)(...args)` is `{ losses, grads }`, the losses as f returns them and a gradient of the layout
 * of `grad`, with `argnums` chosen as there. The rule merges one Jacobian [losses, parameters] over
 * all chosen arguments. It receives no h, so signDrop reads no sign of h and sums over no batch.
 * For a rule with `weights` the Jacobian is not stored, which costs one more backward pass. A call
 * throws unless f returns several scalars or a vector.
 *
 * `multiGrad({ trunk, heads }, rule)` merges at the end of the trunk instead, with h =
 * trunk(...args) and losses heads(h, ...args). The rule receives the losses' gradients with respect
 * to h, and one backward pass takes the merged gradient through the trunk. Gradients that the heads
 * send to the arguments directly are summed. This equals `fanOut` where each loss can have its own
 * lane, and also works for losses that share a head.
 */
export function multiGrad<A extends readonly Tree[], L extends Losses, const N extends Argnums = 0>(
  f: ((...args: A) => L) | { readonly trunk: (...args: A) => TensorLike; readonly heads: (h: Tensor, ...args: A) => L },
  rule: Rule,
  options: { readonly argnums?: N } = {},
): (...args: ArgumentsOf<A>) => MultiGrad<L, Chosen<A, N>> {
  const { argnums = 0 as N } = checkOptions('multiGrad', options, ['argnums']);
  for (const g of typeof f === 'function' ? [f] : [(f as typeof f | undefined)?.trunk, f?.heads])
    checkFunction('multiGrad', g);
  checkFunction('multiGrad', rule);
  return (...args) => {
    const { chosen, args: all } = choose('multiGrad', args, argnums);
    if (typeof f === 'function') {
      const { nodes, vector, losses } = lossesOf(f as F, all);
      const lanes = lanesOf(nodes, vector, chosen.nodes);
      const merged = weighed(rule, nodes, chosen.nodes, lanes) ?? mergedOver(rule, lanes, chosen.nodes);
      return { losses, grads: chosen.build(merged) };
    }
    const { trunk, heads } = f as { trunk: F; heads: F };
    const top = call('multiGrad', trunk, all);
    if (top.structure !== '*') throw new Error('multiGrad: the trunk must return one tensor, got a tree');
    // The heads get fresh nodes for h and for the arguments, so that the gradients they send to
    // these directly can be told from those through the trunk.
    const h = build.argument(top.nodes[0]!);
    const direct = choose('multiGrad', all, argnums);
    const { nodes, vector, losses } = lossesOf(heads, [new Tensor(h), ...direct.args]);
    const g = merge(rule, lanesOf(nodes, vector, [h])[0]!, h);
    const ones = nodes.map((n) => build.full(n.shape, 1));
    const through = trace(() => vjp(top.nodes, chosen.nodes, [g]));
    const beside = trace(() => vjp(nodes, direct.chosen.nodes, ones));
    const sums = through.map((t, i) => (t && beside[i] ? build.add(t, beside[i]) : (t ?? beside[i]!)));
    return { losses, grads: chosen.build(filled(sums, chosen.nodes)) };
  };
}
