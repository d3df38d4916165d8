import { bceWithLogits, foldIn, nn, vmap, type Key, type Tensor } from 'cotangent';
import { stateOf, type Heads, type State, type Task } from '../training/step.ts';
import { initTrunk, runTrunk, type Buffers } from '../training/network.ts';
import type { Params } from '../training/step.ts';
import type { Settings } from './settings.ts';

export interface Batch {
  /** Images [N, 3, pixels, pixels]. */
  readonly images: Tensor;
  /** Labels [N, attributes], 0 or 1. */
  readonly labels: Tensor;
}

/**
 * Returns the logits [attributes, N] of lanes [attributes, N, features]; all heads are one
 * contraction.
 */
const logitsOf = ({ each }: Heads, lanes: Tensor): Tensor => nn.linear(each!, lanes).squeeze({ axis: 2 });

/** Returns the task with one binary cross-entropy for each attribute. */
export const taskOf = (attributes: number): Task<Batch> => ({
  lanes: attributes,
  trunk: (trunk, buffers, { images }) => runTrunk(trunk, buffers, images, true),
  losses: (heads, lanes, { labels }) => vmap(bceWithLogits)(logitsOf(heads, lanes), labels.transpose()),
  dropping: {},
});

/** Returns the logits [attributes, N] of images, normalised by the running means and variances. */
export function predict({ trunk, heads }: Params, buffers: Buffers, images: Tensor, attributes: number): Tensor {
  const [h] = runTrunk(trunk, buffers, images, false);
  return logitsOf(heads, h.unsqueeze(0).broadcastTo([attributes, ...h.shape]));
}

/** Returns the state with which a training begins. `decay` is that of the optimiser. */
export function initState({ network }: Pick<Settings, 'network'>, attributes: number, decay: number, key: Key): State {
  const { trunk, buffers } = initTrunk(foldIn(key, 0), { channels: 3, ...network });
  const each = nn.linear.init(foldIn(key, 1), network.features, 1, { lanes: attributes });
  return stateOf({ trunk, heads: { each: each as Heads[string] }, buffers }, attributes, decay);
}
