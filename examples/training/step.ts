import {
  clipByNorm,
  compile,
  fanOut,
  gradientPenalty,
  gradNorm,
  lanesReport,
  optim,
  signDrop,
  stopGradient,
  valueAndGrad,
  type GradNormState,
  type Key,
  type LanesReport,
  type SignDropOptions,
  type Tensor,
  type Tree,
} from 'cotangent';
import { baseline, type Method } from './methods.ts';
import { runTrunk, type Buffers, type Trunk } from './network.ts';

/** Linear layers by name. */
export type Heads = Readonly<Record<string, { readonly weight: Tensor; readonly bias: Tensor }>>;

/** Everything that is trained. */
export interface Params {
  readonly trunk: Trunk;
  readonly heads: Heads;
}

/** All that goes from step to step. */
export interface State {
  readonly params: Params;
  readonly buffers: Buffers;
  readonly moments: optim.OptimiserState;
  readonly balance: GradNormState;
}

/** A problem with several losses at the end of a trunk. */
export interface Task<B extends Tree> {
  readonly lanes: number;
  /** The images of a batch, all that the trunk sees. */
  readonly images: (batch: B) => Tensor;
  /** The losses [lanes] from the lanes [lanes, N, features]. */
  readonly losses: (heads: Heads, lanes: Tensor, batch: B) => Tensor;
  /** How GradDrop is used: leaks. */
  readonly dropping: SignDropOptions;
}

export const balancing = gradNorm({ alpha: 1.5 });

/**
 * Adam (Kingma and Ba 2015), with decoupled decay (Loshchilov and Hutter 2019) where there is one.
 */
export const optimiserOf = (decay: number): optim.Optimiser =>
  decay === 0 ? optim.adam({ learningRate: 1 }) : optim.adamW({ learningRate: 1, weightDecay: decay });

export interface StepResult {
  readonly state: State;
  /** Of the unweighted losses, [lanes]. */
  readonly losses: Tensor;
  /** What the node saw, if it was asked. */
  readonly report: LanesReport | null;
}

export type Step<B extends Tree> = (state: State, batch: B, key: Key, rate: Tensor) => StepResult;

/**
 * One step of training by a method: the trunk once forward, the node, all heads at once, and one
 * sweep back, on whose way the rule merges the lanes. `reading` adds a report of the node.
 */
export function stepOf<B extends Tree>(
  task: Task<B>,
  method: Method,
  { decay, reading }: { readonly decay: number; readonly reading: boolean },
): Step<B> {
  const optimiser = optimiserOf(decay);
  return compile((state: State, batch: B, key: Key, rate: Tensor) => {
    const { params, buffers, moments, balance } = state;
    const seen: { buffers?: Buffers; losses?: Tensor; norms?: Tensor; report?: LanesReport } = {};
    const dropping = { key, ...task.dropping, ...method.drop };
    const total = (p: Params): Tensor => {
      const [h, running] = runTrunk(p.trunk, buffers, task.images(batch), true);
      seen.buffers = running;
      const copies = (x: Tensor): Tensor => x.unsqueeze(0).broadcastTo([task.lanes, ...x.shape]);
      // The baseline is an ordinary network; only to be read it gets a node.
      const ordinary = method.name === baseline && !reading;
      const lanes = ordinary
        ? copies(h)
        : fanOut(h, task.lanes, (g, at) => {
            if (method.balanced) seen.norms = g.reshape([task.lanes, g.size / task.lanes]).norm({ axis: 1 });
            if (reading) seen.report = lanesReport(g, at, dropping);
            return (method.drop ? signDrop(dropping) : method.rule(key))(g, at);
          });
      const losses = (seen.losses = task.losses(p.heads, lanes, batch));
      const sum = method.balanced ? losses.mul(balance.weights).sum() : losses.sum();
      if (method.penalty === undefined) return sum;
      const plain = (x: Tensor): Tensor => task.losses(p.heads, copies(x), batch).sum();
      return sum.add(gradientPenalty(plain, h).mul(method.penalty));
    };
    const [, slope] = valueAndGrad(total)(params);
    const bounded = method.clip === undefined ? slope : clipByNorm(slope, method.clip);
    const [moved, remembered] = optimiser.update(params, bounded, moments, { learningRate: rate });
    const own = stopGradient(seen.losses!);
    // The norms are those of the weighted losses: GradNorm wants them without the weights.
    const [, weights] = method.balanced
      ? balancing.apply(own, balance, { norms: seen.norms!.div(balance.weights) })
      : [undefined, balance];
    return {
      state: { params: moved, buffers: seen.buffers!, moments: remembered, balance: weights },
      losses: own,
      report: seen.report ?? null,
    };
  }) as unknown as Step<B>;
}
