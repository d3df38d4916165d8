import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { full, zeros } from '../../tensor/create.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { combine } from '../combine.ts';
import { gramianResult } from '../gramian.ts';
import { cosines, dot } from '../linear.ts';
import { lanesOf, weightedRule, type Rule } from '../rule.ts';
import { checkLanes } from '../weightings/weighting.ts';

/**
 * A merge rule with a state, which the caller keeps. Called as a plain rule, it merges as in its
 * first step.
 */
export interface StatefulRule<S> extends Rule {
  /** Returns the state before the first step. */
  init(lanes: number): S;
  /**
   * Returns the merged gradient and the state for the next step. `state` is what the last step
   * returned.
   */
  apply(g: Tensor, state: S): [merged: Tensor, next: S];
}

/** A lower bound for the squared sine of a target, to avoid a division by 0. */
const least = 1e-12;

/**
 * Computes the weights [m] of the lanes, followed by the new targets [m, m]. Further inputs are the
 * targets and β.
 */
const solve = gramianResult(
  'gradVac',
  (G, _, targets, [beta]) => {
    const m = G.length;
    const { C, norms } = cosines(G);
    const total: number[] = G.map(() => 0);
    const next: number[] = Array.from(targets!);
    for (let i = 0; i < m; i++) {
      // c holds the coefficients of the modified i-th gradient in unit gradients; `inner` holds its
      // inner products with all of them.
      const c: number[] = G.map((_, k) => (k === i ? 1 : 0));
      const inner = [...C[i]!];
      for (let j = 0; j < m; j++) {
        if (j === i || norms[i] === 0 || norms[j] === 0) continue;
        const length = Math.sqrt(Math.max(0, dot(c, inner)));
        if (length === 0) continue;
        const cosine = Math.max(-1, Math.min(1, inner[j]! / length));
        const target = targets![i * m + j]!;
        // No finite step reaches a cosine of 1.
        const [sine, wanted] = [Math.sqrt(1 - cosine * cosine), Math.sqrt(Math.max(least, 1 - target * target))];
        if (cosine < target) {
          const more = (length * (target * sine - cosine * wanted)) / wanted;
          c[j]! += more;
          C[j]!.forEach((x, k) => (inner[k]! += more * x));
        }
        next[i * m + j] = (1 - beta!) * target + beta! * cosine;
      }
      c.forEach((x, k) => (total[k]! += norms[k]! > 0 ? (x * norms[i]!) / norms[k]! : 0));
    }
    return [...total, ...next];
  },
  (m) => m + m * m,
);

/**
 * Returns the merge rule Gradient Vaccine (Wang et al. 2021), with a state. It is like PCGrad, but
 * a gradient g_i is changed if its cosine with another g_j is below a target: then a multiple of
 * g_j is added to it, so that the cosine becomes the target. The target of each pair, in the state
 * [lanes, lanes], begins at 0 and follows the pair's cosines: target ← (1 − β) target + β cosine,
 * where `beta` is 0.5 by default. Each gradient visits the others in their order, and the results
 * are summed. Called as a plain rule, without a state, all targets are 0. Throws if beta is not
 * from 0 to 1.
 */
export function gradVac(options: { readonly beta?: number } = {}): StatefulRule<Tensor> {
  const { beta = 0.5 } = checkOptions('gradVac', options, ['beta']);
  if (typeof beta !== 'number' || !(beta >= 0 && beta <= 1))
    throw new Error(`gradVac: beta must be from 0 to 1, got ${showAny(beta)}`);
  const init = (lanes: number): Tensor => zeros([checkLanes('gradVac', lanes), lanes]);
  const apply = (g: Tensor, state: Tensor = noState('gradVac')): [Tensor, Tensor] => {
    const [m] = lanesOf('gradVac', g);
    const result = solve([g], state, full([1], beta));
    return [combine(g, result.slice([0], [m])), result.slice([m]).reshape([m, m])];
  };
  const rule = weightedRule('gradVac', (parts) => {
    const m = parts[0]!.shape[0]!;
    return solve(parts, init(m), full([1], beta)).slice([0], [m]);
  });
  return Object.assign(rule, { init, apply });
}
