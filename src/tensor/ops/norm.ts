import * as g from '../../graph/build.ts';
import { Tensor } from '../tensor.ts';
import { differentiated } from './differentiated.ts';
import { sumOver } from './sumOver.ts';

type Axes = readonly number[];

/** Returns max |x| over the axes, which stay with size 1, but 1 where that is 0 or not finite. */
export function scaleOf(x: Tensor, axes: Axes): Tensor {
  const m = new Tensor(g.reduce('max', x.abs().node, axes));
  return m.greater(0).and(m.isFinite()).where(m, 1);
}

/** Scales x so that no square overflows or vanishes: y = x/m and s = √Σ y², so that ‖x‖ = m s. */
function scaled(x: Tensor, axes: Axes): Record<'m' | 'y' | 's', Tensor> {
  const m = scaleOf(x, axes);
  const y = x.div(m);
  return { m, y, s: sumOver(y.square(), axes).sqrt() };
}

/** u = x/‖x‖ over axes, 0 where ‖x‖ = 0; du = (dx − u Σ u dx)/‖x‖. */
function direction(x: Tensor, axes: Axes): Tensor {
  const f = (x: Tensor): Tensor => {
    const { y, s } = scaled(x, axes);
    return y.div(s.equal(0).where(1, s));
  };
  // The Jacobian is symmetric, and it maps x to 0. If u² > 1/2 for one element, where 1 − u² would
  // cancel, a multiple of u is therefore taken from t that makes the element's own t vanish.
  const rule = (t: Tensor, u: Tensor, x: Tensor): Tensor => {
    const large = u.square().greater(0.5);
    const share = large.where(t.div(large.where(u, 1)), 0);
    const h = t.sub(u.mul(sumOver(share, axes)));
    const length = normOver(x, axes);
    const zero = length.equal(0);
    return zero.where(0, h.sub(u.mul(sumOver(u.mul(h), axes))).div(zero.where(1, length)));
  };
  return differentiated('direction', [x], f, {
    vjp: (c, u, x) => [rule(c, u, x)],
    jvp: ([t], u, x) => rule(t!, u, x),
  });
}

/** y = ‖x‖ = √Σ x² over axes, which stay with size 1; dy = Σ u dx for u = x/‖x‖. */
export function normOver(x: Tensor, axes: Axes): Tensor {
  const f = (x: Tensor): Tensor => {
    const { m, s } = scaled(x, axes);
    return s.mul(m);
  };
  return differentiated('norm', [x], f, {
    vjp: (c, _, x) => [direction(x, axes).mul(c)],
    jvp: ([t], _, x) => sumOver(direction(x, axes).mul(t!), axes),
  });
}
