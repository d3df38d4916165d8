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
import { call, filled, one, trace, type ArgumentsOf } from '../tensor/transforms/trace.ts';
import type { Rule } from './rule.ts';

/** Several losses: a list of scalars, or one tensor of shape [losses]. */
export type Losses = readonly TensorLike[] | Tensor;

/**
 * A network cut in two: what the losses share, and the losses as functions of that and of the same
 * arguments.
 */
export interface TrunkAndHeads<A extends readonly Tree[]> {
  readonly trunk: (...args: A) => TensorLike;
  readonly heads: (h: Tensor, ...args: A) => Losses;
}

export interface MultiGrad<L, G> {
  readonly losses: L;
  readonly grads: G;
}

type F = (...args: Tree[]) => Tree;

/** The losses as nodes: scalars, or the one vector that holds them. */
function lossesOf(f: F, args: readonly Tree[]): { nodes: readonly Node[]; vector: boolean; losses: Tree } {
  const y = call('multiGrad', f, args);
  const vector = y.structure === '*' && y.nodes[0]!.shape.length === 1;
  for (const n of y.nodes)
    if (n.shape.length > 0 && !vector)
      throw new Error(`multiGrad: each loss must be a scalar, got shape ${show(n.shape)}`);
  if (y.nodes.length === 0 || (y.structure === '*' && !vector))
    throw new Error('multiGrad: the function must return several losses, as a list or as a tensor of shape [losses]');
  return { nodes: y.nodes, vector, losses: y.build(y.nodes) };
}

/** Each input's gradients of all losses along a new first axis. */
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
 * The rule on lanes of gradients of one shape; h only where the lanes are those of an activation.
 */
function merge(rule: Rule, g: Node, h?: Node): Node {
  const shape = g.shape.slice(1);
  const merged = nodeOf(
    'multiGrad',
    trace(() => (h ? rule(new Tensor(g), new Tensor(h)) : rule(new Tensor(g)))),
  );
  if (!sameShape(merged.shape, shape))
    throw new Error(`multiGrad: the rule must return shape ${show(shape)}, got ${show(merged.shape)}`);
  return merged;
}

/**
 * Σ w_i ∇L_i by one sweep more, for a rule that has weights: of the lanes no more is kept than
 * their inner products, and where these do not count the lanes are never computed. Not where the
 * way back is no linear function of what is sent: there each loss needs its own.
 */
function weighed(rule: Rule, nodes: readonly Node[], inputs: readonly Node[], lanes: readonly Node[]): Node[] | null {
  const linear = !topological(nodes).some(({ op }) => op === 'fanOut' || op === 'custom');
  if (!rule.weights || !linear || lanes.length === 0) return null;
  const w = nodeOf(
    'multiGrad',
    trace(() => rule.weights!(lanes.map((l) => new Tensor(l)))),
  );
  const count = lanes[0]!.shape[0]!;
  if (!sameShape(w.shape, [count]))
    throw new Error(`multiGrad: the rule must return ${count} weights, got shape ${show(w.shape)}`);
  const own = nodes.map((loss, i) =>
    build.stopGradient(loss.shape.length > 0 ? w : build.reshape('multiGrad', build.slice(w, 0, i, i + 1), [])),
  );
  return trace(() => filled(vjp(nodes, inputs, own), inputs));
}

/** One Jacobian [losses, parameters] over all inputs, merged, and taken apart again. */
function mergedOver(rule: Rule, lanes: readonly Node[], inputs: readonly Node[]): Node[] {
  const sizes = inputs.map((x) => sizeOf(x.shape));
  const flat = lanes.map((l, i) => build.reshape('multiGrad', l, [l.shape[0]!, sizes[i]!]));
  const merged = merge(rule, build.concat(flat, 1));
  let at = 0;
  return inputs.map((x, i) => build.reshape('multiGrad', build.slice(merged, 0, at, (at += sizes[i]!)), x.shape));
}

/**
 * The gradients of several losses, merged by a rule: `multiGrad(f, rule)(...args)` gives `{ losses,
 * grads }`, the losses as f returns them and grads like `grad`'s. One Jacobian over all chosen
 * arguments is merged; h is not there, so signDrop reads no sign of it and sums over no batch. A
 * rule that has `weights` gets by without that Jacobian, for one more backward pass.
 *
 * `multiGrad({ trunk, heads }, rule)` merges where the trunk ends instead: heads(h, ...args) are
 * the losses, h = trunk(...args). The rule gets the losses' gradients of h; the trunk is gone
 * through once, and what the heads take from the arguments directly is summed. It is what `fanOut`
 * does where each loss can have a lane, and serves losses that share a head.
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
    // The heads get nodes of their own for h and for the arguments: what they take from these
    // directly stays apart.
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
