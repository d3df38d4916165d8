import * as g from '../../graph/build.ts';
import { sizeOf } from '../../graph/node.ts';
import { Tensor } from '../tensor.ts';

type Axes = readonly number[];

/** Returns the number n − 1 of further elements in a fold of n elements over `axes`; at least 0. */
export const others = ({ shape }: Tensor, axes: Axes): number => Math.max(0, sizeOf(axes.map((a) => shape[a]!)) - 1);

/**
 * Finds an element that outweighs all others of its fold over `axes`: the only one whose `ratio` to
 * the largest is at least `least`. Near it, 1 − x²/‖x‖² would cancel in derivatives of a norm.
 * `top` is 1 at that element and 0 elsewhere. `by` is `most`, the maximum to scale by. A norm does
 * not depend on the scale, so if there is such an element, the derivative may flow through `by`,
 * and its own ratio is a constant; otherwise `by` is a constant.
 */
export function leading(ratio: Tensor, least: number, most: Tensor, axes: Axes): Record<'top' | 'by', Tensor> {
  const near = ratio.greaterEqual(least);
  const lone = new Tensor(g.sum(near.node, axes)).equal(1);
  return { top: near.and(lone), by: lone.where(most, new Tensor(g.stopGradient(most.node))) };
}
