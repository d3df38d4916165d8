import type { HostArray } from '../graph/node.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { combine } from './combine.ts';
import { gramianWeights, type Parts, type Solver } from './gramian.ts';
import { magnitude } from './rescale.ts';

/** `weights` maps lanes to weights; `merge` combines the lanes of one tensor with them. */
interface HugeWeights {
  readonly weights: (parts: Parts, ...rest: Tensor[]) => Tensor;
  readonly merge: (g: Tensor, ...rest: Tensor[]) => Tensor;
}

/**
 * For solvers whose weights grow as the gradients shrink. `merge` divides each lane by its largest
 * entry and multiplies its weight by the same number: the product fits a float where the weight
 * alone might overflow.
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
