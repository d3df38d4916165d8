import * as g from '../../graph/build.ts';
import { sizeOf } from '../../graph/node.ts';
import { Tensor } from '../tensor.ts';

type Axes = readonly number[];

const fixed = (t: Tensor): Tensor => new Tensor(g.stopGradient(t.node));

/** How many others an element has beside it on the axes. */
export const others = ({ shape }: Tensor, axes: Axes): number => Math.max(0, sizeOf(axes.map((a) => shape[a]!)) - 1);

/**
 * Where one element alone has a ratio to the largest of at least `least`. It outweighs the others,
 * and 1 − p or 1 − x²/‖x‖² would cancel in derivatives. A function that sees no shift, or no scale,
 * then takes it from this element, which so is a constant; else `most`, the maximum, is one.
 */
export function leading(ratio: Tensor, least: number, most: Tensor, axes: Axes): Record<'top' | 'lone' | 'by', Tensor> {
  const near = ratio.greaterEqual(least);
  const lone = new Tensor(g.sum(near.node, axes)).equal(1);
  return { top: near.and(lone), lone, by: lone.where(most, fixed(most)) };
}

/**
 * d = x − shift for the maximum as the shift, e = e^d, and `rest` = Σ e − 1, that of a leading
 * element left out. What rounding took from d is given back as a factor of e: it would be an error
 * of |d|/2 units of the last place.
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
