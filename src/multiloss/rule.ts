import type { Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { nodeOf, type Tensor } from '../tensor/tensor.ts';
import { combine } from './combine.ts';

/**
 * A merge rule: a function that merges the gradients of several losses into one. g [lanes, …] holds
 * one gradient for each loss along its first axis; the result has the shape of the other axes. h is
 * the tensor that the gradients belong to; it is missing for gradients of parameters.
 */
export interface Rule {
  (g: Tensor, h?: Tensor): Tensor;
  /**
   * Throws if the rule cannot merge this many lanes of a tensor of this shape. `fanOut` calls it.
   */
  readonly check?: (lanes: number, shape: Shape) => void;
  /**
   * For a rule of the form Σ w_i g_i: returns w [lanes] from the lanes of all tensors of a
   * gradient. `multiGrad` then stores no Jacobian and runs one backward pass of Σ w_i L_i instead.
   */
  readonly weights?: (parts: readonly Tensor[]) => Tensor;
}

/**
 * Returns the number of lanes of g and the shape of one lane. Throws, with `name`, if there are
 * none.
 */
export function lanesOf(name: string, g: Tensor): [lanes: number, rest: Shape] {
  const [lanes, ...rest] = nodeOf(name, g).shape;
  if (!lanes) throw new Error(`${name}: gradients must have shape [lanes, …], got ${show(g.shape ?? [])}`);
  return [lanes, rest];
}

/** Throws if a rule cannot merge this many lanes of a tensor of this shape. */
type Check = (lanes: number, shape: Shape) => void;

/**
 * Returns a rule that calls `check`, if given, before it merges. The rule throws, with `name`, if
 * there are no lanes.
 */
export function ruleOf(name: string, merge: Rule, check?: Check): Rule {
  const checked: Rule = (g, h) => {
    const lanes = lanesOf(name, g);
    check?.(...lanes);
    return merge(g, h);
  };
  return check ? Object.assign(checked, { check }) : checked;
}

/**
 * Returns the rule Σ w_i g_i with the weights w that `weights` computes. `merge` may be a shorter
 * way to the same result. Errors name the rule `name`.
 */
export function weightedRule(
  name: string,
  weights: (parts: readonly Tensor[]) => Tensor,
  { check, merge = (g) => combine(g, weights([g])) }: { readonly check?: Check; readonly merge?: Rule } = {},
): Rule {
  const checked = (parts: readonly Tensor[]): Tensor => {
    check?.(...lanesOf(name, parts[0]!));
    return weights(parts);
  };
  return Object.assign(ruleOf(name, merge, check), { weights: checked });
}
