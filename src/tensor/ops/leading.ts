import * as g from '../../graph/build.ts';
import { sizeOf } from '../../graph/node.ts';
import { Tensor } from '../tensor.ts';

type Axes = readonly number[];

/** The number of further elements that share an element's fold over the axes: n − 1. */
export const others = ({ shape }: Tensor, axes: Axes): number => Math.max(0, sizeOf(axes.map((a) => shape[a]!)) - 1);

/**
 * Finds an element that outweighs all others: the only one whose `ratio` to the largest is at least
 * `least`. There 1 − x²/‖x‖² would cancel in derivatives of a norm. `top` marks that element, and
 * `by` is the maximum `most` to scale by. A norm does not depend on the scale. So where there is
 * such an element the derivative flows through `by`, and the element's own ratio is a constant;
 * elsewhere `by` is the constant.
 */
export function leading(ratio: Tensor, least: number, most: Tensor, axes: Axes): Record<'top' | 'by', Tensor> {
  const near = ratio.greaterEqual(least);
  const lone = new Tensor(g.sum(near.node, axes)).equal(1);
  return { top: near.and(lone), by: lone.where(most, new Tensor(g.stopGradient(most.node))) };
}
