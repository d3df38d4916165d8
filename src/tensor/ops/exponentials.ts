import * as g from '../../graph/build.ts';
import { Tensor, type TensorLike } from '../tensor.ts';
import { differentiated } from './differentiated.ts';
import { sumOver } from './sumOver.ts';

type Axes = readonly number[];

/** Returns the sum over axes, which remain with size 1. */
/**
 * Returns what softmax and its relatives are computed from: the maximum `most` of x over the axes,
 * d = x − most, e = e^d and rest = Σ e − 1. Elements with e = 1 are counted and the others added,
 * so that the 1 of the maximum cancels nothing. The rounding error δ of d would be an error of
 * |d|/2 units in the last place of e, so e is multiplied by 1 + δ.
 */
function exponentials(x: Tensor, axes: Axes): Record<'most' | 'd' | 'e' | 'rest', Tensor> {
  const m = new Tensor(g.reduce('max', x.node, axes));
  const most = m.isFinite().where(m, 0);
  const d = x.sub(most);
  const z = d.sub(x);
  const lost = x.sub(d.sub(z)).sub(most.add(z));
  const e = d.exp().mul(lost.isFinite().where(lost, 0).add(1));
  // Two comparisons: if both sums read the same one, some devices would store it.
  const others = sumOver(e.less(1).where(e, e.sub(1)), axes);
  return { most, d, e, rest: others.add(sumOver(e.equal(1), axes).sub(1)) };
}

/**
 * Returns 1 for the element whose probability p exceeds ½, if there is one, and 0 for all others.
 */
const leading = (p: Tensor): Tensor => p.greater(0.5);

/**
 * Returns t minus the t of the leading element, for values t of which only differences matter.
 * These do not cancel afterwards: the leading element has t = 0, and all others have a small p.
 */
const centred = (t: Tensor, p: Tensor, axes: Axes): Tensor => t.sub(sumOver(leading(p).where(t, 0), axes));

/** p = e^x / Σ e^x over axes, with the derivative dp = p (dx − Σ p dx). */
export function softmaxOver(x: Tensor, axes: Axes): Tensor {
  // The Jacobian is symmetric, so one rule serves both modes.
  const rule = (t: Tensor, p: Tensor): Tensor => {
    const h = centred(t, p, axes);
    return p.mul(h.sub(sumOver(p.mul(h), axes)));
  };
  const f = (x: Tensor): Tensor => {
    const { e, rest } = exponentials(x, axes);
    return e.div(rest.add(1));
  };
  return differentiated('softmax', [x], f, { vjp: (c, p) => [rule(c, p)], jvp: ([t], p) => rule(t!, p) });
}

/** y = log Σ e^x over axes, which remain with size 1; dy = Σ p dx for p = softmax(x). */
export function logSumExpOver(x: Tensor, axes: Axes): Tensor {
  const f = (x: Tensor): Tensor => {
    const { most, rest } = exponentials(x, axes);
    return rest.log1p().add(most);
  };
  return differentiated('logSumExp', [x], f, {
    vjp: (c, _, x) => [softmaxOver(x, axes).mul(c)],
    jvp: ([t], _, x) => sumOver(softmaxOver(x, axes).mul(t!), axes),
  });
}

/**
 * Returns q − p · total, where `total` is Σ q over the axes. These differences add up to 0. The
 * leading element's own might cancel, so it is computed as the negated sum of the others.
 */
function lessShare(q: Tensor, total: TensorLike, p: Tensor, axes: Axes): Tensor {
  const own = q.sub(p.mul(total));
  // The second comparison is not the first one negated, so that no device stores it.
  return p.lessEqual(0.5).where(own, sumOver(leading(p).where(0, own), axes).neg());
}

/** y = x − log Σ e^x over axes; dy = dx − Σ p dx for p = softmax(x). */
export function logSoftmaxOver(x: Tensor, axes: Axes): Tensor {
  const f = (x: Tensor): Tensor => {
    const { d, rest } = exponentials(x, axes);
    return d.sub(rest.log1p());
  };
  return differentiated('logSoftmax', [x], f, {
    vjp: (c, _, x) => [lessShare(c, sumOver(c, axes), softmaxOver(x, axes), axes)],
    jvp: ([t], _, x) => {
      const p = softmaxOver(x, axes);
      const h = centred(t!, p, axes);
      return h.sub(sumOver(p.mul(h), axes));
    },
  });
}

/**
 * y = −Σ q log softmax(x) over axes; dy = Σ (p Σ q − q) dx − Σ log softmax(x) dq for p =
 * softmax(x). `total(q)` must return Σ q. A class with q = 0 contributes 0, even where its −log
 * softmax overflows to ∞.
 */
export function crossEntropyOver(x: Tensor, q: Tensor, total: (q: Tensor) => TensorLike, axes: Axes): Tensor {
  const f = (x: Tensor, q: Tensor): Tensor => {
    const { d, rest } = exponentials(x, axes);
    const counted = d.isFinite().or(q);
    return rest
      .log1p()
      .mul(total(q))
      .sub(sumOver(counted.where(d, 0).mul(q), axes));
  };
  // The cotangent of q, negated; like the value, it leaves out a class of −∞ with q = 0.
  const counted = (x: Tensor, q: Tensor): Tensor => {
    const log = logSoftmaxOver(x, axes);
    return log.isFinite().or(q).where(log, 0);
  };
  return differentiated('crossEntropy', [x, q], f, {
    vjp: (c, _, x, q) => [lessShare(q, total(q), softmaxOver(x, axes), axes).mul(c.neg()), counted(x, q).mul(c.neg())],
    jvp: ([tx, tq], _, x, q) => {
      const p = softmaxOver(x, axes);
      const byX =
        tx &&
        sumOver(
          p
            .mul(total(q))
            .sub(q)
            .mul(centred(tx, p, axes)),
          axes,
        );
      const byQ = tq && sumOver(counted(x, q).mul(tq), axes).neg();
      return byX && byQ ? byX.add(byQ) : (byX ?? byQ)!;
    },
  });
}
