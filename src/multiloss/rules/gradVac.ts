import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { full, zeros } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { combine } from '../combine.ts';
import { gramianResult } from '../gramian.ts';
import { cosines } from '../linear.ts';
import { lanesOf, ruleOf, type Rule } from '../rule.ts';
import { checkLanes } from '../weightings/weighting.ts';

/** A rule that remembers: `apply` takes what the last step left and hands on what the next one needs. */
export interface StatefulRule<S> extends Rule {
  init(lanes: number): S;
  apply(g: Tensor, state: S): [merged: Tensor, next: S];
}

/** The weights [m], and after them the new targets [m, m]. */
const solve = gramianResult(
  'gradVac',
  (G, _, targets, [beta]) => {
    const m = G.length;
    const { C, norms } = cosines(G);
    const total: number[] = G.map(() => 0);
    const next: number[] = Array.from(targets!);
    for (let i = 0; i < m; i++) {
      // In unit gradients: the i-th and what has been added to it.
      const c: number[] = G.map((_, k) => (k === i ? 1 : 0));
      for (let j = 0; j < m; j++) {
        if (j === i || norms[i] === 0 || norms[j] === 0) continue;
        const inner = c.reduce((s, x, k) => s + x * C[k]![j]!, 0);
        const length = Math.sqrt(
          Math.max(
            0,
            c.reduce((s, x, k) => s + x * c.reduce((t, y, l) => t + y * C[k]![l]!, 0), 0),
          ),
        );
        if (length === 0) continue;
        const cosine = Math.max(-1, Math.min(1, inner / length));
        const target = targets![i * m + j]!;
        const [sine, wanted] = [Math.sqrt(1 - cosine * cosine), Math.sqrt(1 - target * target)];
        if (cosine < target) c[j]! += (length * (target * sine - cosine * wanted)) / wanted;
        next[i * m + j] = (1 - beta!) * target + beta! * cosine;
      }
      c.forEach((x, k) => (total[k]! += norms[k]! > 0 ? (x * norms[i]!) / norms[k]! : 0));
    }
    return [...total, ...next];
  },
  (m) => m + m * m,
);

/**
 * Gradient Vaccine (Wang et al. 2021): as PCGrad, but a gradient whose cosine with another is below a running mean of their
 * cosines, kept with the rate β, is turned until it has that cosine. The others are visited in their order. Used as a plain rule the running mean is
 * 0, as in the first step.
 */
export function gradVac(options: { readonly beta?: number } = {}): StatefulRule<Tensor> {
  const { beta = 0.5 } = checkOptions('gradVac', options, ['beta']);
  if (typeof beta !== 'number' || !(beta >= 0 && beta <= 1))
    throw new Error(`gradVac: beta must be from 0 to 1, got ${showAny(beta)}`);
  const init = (lanes: number): Tensor => zeros([checkLanes('gradVac', lanes), lanes]);
  const apply = (g: Tensor, state: Tensor): [Tensor, Tensor] => {
    const [m] = lanesOf('gradVac', g);
    const result = solve(g, state, full([1], beta));
    return [combine(g, result.slice([0], [m])), result.slice([m]).reshape([m, m])];
  };
  const merge = ruleOf('gradVac', (g) => apply(g, init(g.shape[0]!))[0]);
  return Object.assign(merge, { init, apply });
}
