import { checkOptions } from '../../graph/options.ts';
import { zeros } from '../../tensor/create.ts';
import { checkKey, foldIn, type Key } from '../../tensor/key.ts';
import { softmax } from '../../tensor/ops/softmax.ts';
import { random } from '../../tensor/random.ts';
import { noState } from '../../tensor/noState.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkLanes, lossVector, type Weighting } from './weighting.ts';

/** The key of the next draws, and the number of losses. */
export interface RandomLossWeightsState {
  readonly key: Key;
  /**
   * A tensor of zeros [losses], of which only the length matters; a plain number here would become
   * a traced value.
   */
  readonly like: Tensor;
}

/**
 * Returns the weighting by random weights (Lin et al. 2022): the softmax of standard normal draws.
 * Each step draws again; `key` determines all draws. Throws if there is no key.
 */
export function randomLossWeights(options: { readonly key: Key }): Weighting<RandomLossWeightsState> {
  const { key } = checkOptions('randomLossWeights', options, ['key']);
  checkKey('randomLossWeights', key);
  return {
    init: (lanes) => ({ key, like: zeros([checkLanes('randomLossWeights', lanes)]) }),
    apply(losses, state = noState('randomLossWeights')) {
      const [n] = lossVector('randomLossWeights', losses, state.like.size).shape as [number];
      return [softmax(random.normal(foldIn(state.key, 0), [n])), { key: foldIn(state.key, 1), like: state.like }];
    },
  };
}
