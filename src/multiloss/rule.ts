import type { Shape } from '../graph/node.ts';
import type { Tensor } from '../tensor/tensor.ts';

/**
 * How the gradients of several losses become one: g holds them along its first axis, the lanes, and the result has the shape of
 * the rest. h is the tensor that the lanes were made of; over parameters there is none.
 */
export interface Rule {
  (g: Tensor, h?: Tensor): Tensor;
  /** Throws if the rule cannot merge so many lanes of a tensor of this shape. */
  readonly check?: (lanes: number, shape: Shape) => void;
}
