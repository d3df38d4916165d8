import type { Matrix } from './gramian.ts';
import { cosines, form } from './linear.ts';
import { minNormWeights } from './rules/mgda.ts';

/** Whether some weighted sum of the gradients, with weights ≥ 0, vanishes to rounding: then no direction serves all of them. */
export function isStationary(G: Matrix, eps: number): boolean {
  const { C, norms } = cosines(G);
  return norms.includes(0) || form(C, minNormWeights(C, eps)) <= G.length * eps;
}
