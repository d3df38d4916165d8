import { concat, crossEntropy, foldIn, nn, stack, type Key, type Tensor } from 'cotangent';
import { initTrunk, runTrunk, type Buffers } from '../training/network.ts';
import { stateOf, type Heads, type Params, type State, type Task } from '../training/step.ts';
import type { Settings } from './settings.ts';

interface Examples {
  readonly images: Tensor;
  /** The class indices, [N]. */
  readonly labels: Tensor;
}

/** A batch of examples of two sets with different classes. */
export interface Batch {
  readonly source: Examples;
  readonly target: Examples;
}

/**
 * Returns the task with two losses on one batch of source and target examples. Each loss sees only
 * its own examples, so their gradients do not overlap within the batch, and GradDrop compares their
 * sums. `leak` is the fraction of the source's gradient that always passes.
 */
export const mixed = (leak: number): Task<Batch> => ({
  lanes: 2,
  trunk: (trunk, buffers, { source, target }) =>
    runTrunk(trunk, buffers, concat([source.images, target.images], { axis: 0 }), true),
  losses(heads, lanes, { source, target }) {
    const n = source.labels.shape[0]!;
    const [first, second] = [lanes.at(0), lanes.at(1)];
    const features = first.shape[1]!;
    const own = nn.linear(heads.source!, first.slice([0, 0], [n, features]));
    const other = nn.linear(heads.target!, second.slice([n, 0], [second.shape[0]!, features]));
    return stack([crossEntropy(own, source.labels), crossEntropy(other, target.labels)]);
  },
  dropping: { leak: [leak, 0] },
});

/** The task with the target's loss alone. */
export const targetAlone: Task<Batch> = {
  lanes: 1,
  trunk: (trunk, buffers, { target }) => runTrunk(trunk, buffers, target.images, true),
  losses: (heads, lanes, { target }) => stack([crossEntropy(nn.linear(heads.target!, lanes.at(0)), target.labels)]),
  dropping: {},
};

/**
 * Returns the logits [N, classes] of the target's classes, normalised by the running means and
 * variances.
 */
export function predict({ trunk, heads }: Params, buffers: Buffers, images: Tensor): Tensor {
  const [h] = runTrunk(trunk, buffers, images, false);
  return nn.linear(heads.target!, h);
}

/** Returns the state with which a training begins. `decay` is that of the optimiser. */
export function initState(
  { network }: Pick<Settings, 'network'>,
  classes: { readonly source: number; readonly target: number },
  { lanes, decay, key }: { readonly lanes: number; readonly decay: number; readonly key: Key },
): State {
  const { trunk, buffers } = initTrunk(foldIn(key, 0), { channels: 3, ...network });
  const head = (i: number, n: number): Heads[string] =>
    nn.linear.init(foldIn(key, i), network.features, n) as Heads[string];
  const heads = { source: head(1, classes.source), target: head(2, classes.target) };
  return stateOf({ trunk, heads, buffers }, lanes, decay);
}
