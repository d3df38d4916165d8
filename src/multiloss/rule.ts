import type { Shape } from '../graph/node.ts';
import { show } from '../graph/shape.ts';
import { nodeOf, type Tensor } from '../tensor/tensor.ts';

/**
 * How the gradients of several losses become one: g holds them along its first axis, the lanes, and the result has the shape of
 * the rest. h is the tensor that the lanes were made of; over parameters there is none.
 */
export interface Rule {
  (g: Tensor, h?: Tensor): Tensor;
  /** Throws if the rule cannot merge so many lanes of a tensor of this shape. */
  readonly check?: (lanes: number, shape: Shape) => void;
}

/** The number of lanes in g, and the shape of the rest; an error in the rule's name if there are none. */
export function lanesOf(name: string, g: Tensor): [lanes: number, rest: Shape] {
  const [lanes, ...rest] = nodeOf(name, g).shape;
  if (!lanes) throw new Error(`${name}: gradients must have shape [lanes, …], got ${show(g.shape ?? [])}`);
  return [lanes, rest];
}

/** A rule that looks at its lanes before it merges them. */
export function ruleOf(name: string, merge: Rule, check?: (lanes: number, shape: Shape) => void): Rule {
  const checked: Rule = (g, h) => {
    const lanes = lanesOf(name, g);
    check?.(...lanes);
    return merge(g, h);
  };
  return check ? Object.assign(checked, { check }) : checked;
}
