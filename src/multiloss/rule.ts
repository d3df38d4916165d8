import type { Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { nodeOf, type Tensor } from '../tensor/tensor.ts';
import { combine } from './combine.ts';

/**
 * How the gradients of several losses become one: g holds them along its first axis, the lanes, and
 * the result has the shape of the rest. h is the tensor that the lanes were made of; over
 * parameters there is none.
 */
export interface Rule {
  (g: Tensor, h?: Tensor): Tensor;
  /** Throws if the rule cannot merge so many lanes of a tensor of this shape. */
  readonly check?: (lanes: number, shape: Shape) => void;
  /**
   * Of a rule that is Σ w_i g_i: w, from the lanes of all tensors that the gradient consists of.
   * `multiGrad` then needs no Jacobian: it goes back once more, through Σ w_i L_i.
   */
  readonly weights?: (parts: readonly Tensor[]) => Tensor;
}

/**
 * The number of lanes in g, and the shape of the rest; an error in the rule's name if there are
 * none.
 */
export function lanesOf(name: string, g: Tensor): [lanes: number, rest: Shape] {
  const [lanes, ...rest] = nodeOf(name, g).shape;
  if (!lanes) throw new Error(`${name}: gradients must have shape [lanes, …], got ${show(g.shape ?? [])}`);
  return [lanes, rest];
}

type Check = (lanes: number, shape: Shape) => void;

/** A rule that looks at its lanes before it merges them. */
export function ruleOf(name: string, merge: Rule, check?: Check): Rule {
  const checked: Rule = (g, h) => {
    const lanes = lanesOf(name, g);
    check?.(...lanes);
    return merge(g, h);
  };
  return check ? Object.assign(checked, { check }) : checked;
}

/** A rule Σ w_i g_i. It need not be worked out so: `merge` may be a shorter way to the same. */
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
