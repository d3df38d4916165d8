import * as g from '../../graph/build.ts';
import { sizeOf } from '../../graph/node.ts';
import { Tensor } from '../tensor.ts';

type Axes = readonly number[];

const fixed = (t: Tensor): Tensor => new Tensor(g.stopGradient(t.node));

/** The number of further elements that share an element's fold over the axes: n − 1. */
export const others = ({ shape }: Tensor, axes: Axes): number => Math.max(0, sizeOf(axes.map((a) => shape[a]!)) - 1);

/**
 * Finds an element that outweighs all others: the only one whose `ratio` to the largest is at least
 * `least`. There 1 − p or 1 − x²/‖x‖² would cancel in derivatives. `top` marks that element, `lone`
 * says whether there is one, and `by` is the maximum `most` to shift or scale by. The result of a
 * function such as logSumExp does not depend on the shift. So with a lone element the derivative
 * flows through `by`, and the element's own difference is a constant; else `by` is the constant.
 */
export function leading(ratio: Tensor, least: number, most: Tensor, axes: Axes): Record<'top' | 'lone' | 'by', Tensor> {
  const near = ratio.greaterEqual(least);
  const lone = new Tensor(g.sum(near.node, axes)).equal(1);
  return { top: near.and(lone), lone, by: lone.where(most, fixed(most)) };
}

/**
 * Exponentials shifted by the maximum: d = x − shift, e = e^d and rest = Σ e − 1. A leading element
 * (see `leading`), whose e is 1, is left out of the sum, not subtracted. The rounding error δ of d
 * would be an error of |d|/2 units in the last place of e, so e is multiplied by 1 + δ.
 */
export function exponentials(x: Tensor, axes: Axes): Record<'d' | 'e' | 'rest' | 'shift', Tensor> {
  const m = new Tensor(g.reduce('max', x.node, axes));
  const most = m.isFinite().where(m, 0);
  const { top, lone, by: shift } = leading(x.sub(m), -Math.log(others(x, axes)) / 2, most, axes);
  const d = top.where(0, x.sub(shift));
  const z = d.sub(x);
  const lost = fixed(x.sub(d.sub(z)).sub(most.add(z)));
  const e = d.exp().mul(lost.isFinite().where(lost, 0).add(1));
  return { d, e, rest: new Tensor(g.sum(top.where(0, e).node, axes)).sub(lone.not()), shift };
}
