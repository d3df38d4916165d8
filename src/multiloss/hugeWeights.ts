import type { HostArray } from '../graph/node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { combine } from './combine.ts';
import { gramianWeights, type Parts, type Solver } from './gramian.ts';
import { magnitude } from './rescale.ts';

/**
 * Two functions of lanes: `weights` returns a weight for each lane of a whole gradient, and `merge`
 * returns the weighted sum of the lanes of one tensor.
 */
interface HugeWeights {
  readonly weights: (parts: Parts, ...rest: Tensor[]) => Tensor;
  readonly merge: (g: Tensor, ...rest: Tensor[]) => Tensor;
}

/**
 * Returns both functions for a solver whose weights grow as the gradients shrink. `merge` divides
 * each lane by its largest entry and multiplies its weight by the same number: the product fits
 * into a float where the weight alone might overflow.
 */
export function hugeWeights(name: string, solve: Solver): HugeWeights {
  const scaled = (G: readonly (readonly number[])[], eps: number, scales?: HostArray, ...rest: HostArray[]): number[] =>
    solve(G, eps, ...rest).map((w, i) => w * scales![i]!);
  const ofScaled = gramianWeights(name, scaled);
  return {
    weights: gramianWeights(name, solve),
    merge(g, ...rest) {
      const m = g.shape[0]!;
      const scale = magnitude(g.reshape([m, g.size / m]), [1]);
      const lanes = g.div(scale.reshape([m, ...g.shape.slice(1).map(() => 1)]));
      return combine(lanes, ofScaled([g], scale.reshape([m]), ...rest));
    },
  };
}
