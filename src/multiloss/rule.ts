import type { Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { nodeOf, type Tensor } from '../tensor/tensor.ts';
import { combine } from './combine.ts';

/**
 * A merge rule turns the gradients of several losses into one. g holds them along its first axis,
 * the lanes; the result has the shape of the other axes. h is the tensor that the gradients belong
 * to; it is missing where the gradients are those of parameters.
 */
export interface Rule {
  (g: Tensor, h?: Tensor): Tensor;
  /** Throws if the rule cannot merge this many lanes of a tensor of this shape. */
  readonly check?: (lanes: number, shape: Shape) => void;
  /**
   * The weights w of a rule Σ w_i g_i, computed from the lanes of all tensors of the gradient.
   * `multiGrad` then stores no Jacobian and runs one backward pass of Σ w_i L_i instead.
   */
  readonly weights?: (parts: readonly Tensor[]) => Tensor;
}

/**
 * Splits the shape of g into the number of lanes and the shape of the rest. Throws with the rule's
 * name if there are no lanes.
 */
export function lanesOf(name: string, g: Tensor): [lanes: number, rest: Shape] {
  const [lanes, ...rest] = nodeOf(name, g).shape;
  if (!lanes) throw new Error(`${name}: gradients must have shape [lanes, …], got ${show(g.shape ?? [])}`);
  return [lanes, rest];
}

type Check = (lanes: number, shape: Shape) => void;

/** Makes a rule that checks its lanes before it merges them. */
export function ruleOf(name: string, merge: Rule, check?: Check): Rule {
  const checked: Rule = (g, h) => {
    const lanes = lanesOf(name, g);
    check?.(...lanes);
    return merge(g, h);
  };
  return check ? Object.assign(checked, { check }) : checked;
}

/** Makes a rule Σ w_i g_i from its weights. `merge` may be a shorter way to the same result. */
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
