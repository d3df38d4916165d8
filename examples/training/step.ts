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

/** The linear layers, by name. */
export type Heads = Readonly<Record<string, { readonly weight: Tensor; readonly bias: Tensor }>>;

/** All trained parameters. */
export interface Params {
  readonly trunk: Trunk;
  readonly heads: Heads;
}

/** The state that passes from step to step. */
export interface State {
  readonly params: Params;
  readonly buffers: Buffers;
  readonly moments: optim.OptimiserState;
  readonly balance: GradNormState;
}

/** A problem with several losses at the end of a trunk. */
export interface Task<B extends Tree> {
  readonly lanes: number;
  /** Returns the images of a batch, the only part that the trunk sees. */
  readonly images: (batch: B) => Tensor;
  /** Returns the losses [lanes] of the lanes [lanes, N, features]. */
  readonly losses: (heads: Heads, lanes: Tensor, batch: B) => Tensor;
  /** The options of GradDrop for this problem, such as its leaks. */
  readonly dropping: SignDropOptions;
}

export const balancing = gradNorm({ alpha: 1.5 });

/**
 * Returns Adam (Kingma and Ba 2015), with decoupled weight decay (Loshchilov and Hutter 2019) if
 * `decay` is not 0.
 */
export const optimiserOf = (decay: number): optim.Optimiser =>
  decay === 0 ? optim.adam({ learningRate: 1 }) : optim.adamW({ learningRate: 1, weightDecay: decay });

export interface StepResult {
  readonly state: State;
  /** The unweighted losses, [lanes]. */
  readonly losses: Tensor;
  /** The statistics of the lanes' gradients, if they were requested. */
  readonly report: LanesReport | null;
}

export type Step<B extends Tree> = (state: State, batch: B, key: Key, rate: Tensor) => StepResult;

/**
 * Returns one training step of a method: a forward pass through the trunk, the fan-out and all
 * heads, and one backward pass, in which the rule merges the lanes. With `reading` it also reports
 * statistics of the lanes' gradients.
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
      // The baseline is an ordinary network; it has a fan-out only if its lanes are read.
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
    // These norms are those of the weighted losses; GradNorm needs those of the unweighted ones.
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
