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
import type { Buffers, Trunk } from './network.ts';

/** The linear layers, by name. */
export type Heads = Readonly<Record<string, { readonly weight: Tensor; readonly bias: Tensor }>>;

/** The parts of a network: parameters of the trunk and of the heads, and what it keeps beside. */
export interface Parts {
  readonly trunk: Tree;
  readonly heads: Tree;
  readonly buffers: Tree;
}

/** The parts of the networks of the paper's experiments. */
export interface Network extends Parts {
  readonly trunk: Trunk;
  readonly heads: Heads;
  readonly buffers: Buffers;
}

/** All trained parameters. */
export type Params<M extends Parts = Network> = Readonly<Pick<M, 'trunk' | 'heads'>>;

/** The state that passes from step to step. */
export interface State<M extends Parts = Network> {
  readonly params: Params<M>;
  readonly buffers: M['buffers'];
  readonly moments: optim.OptimiserState;
  readonly balance: GradNormState;
}

/** A problem with several losses at the end of a trunk. */
export interface Task<B extends Tree, M extends Parts = Network> {
  readonly lanes: number;
  /** Returns the features [N, …] of a batch in training, and the next buffers. */
  readonly trunk: (trunk: M['trunk'], buffers: M['buffers'], batch: B) => [h: Tensor, buffers: M['buffers']];
  /** Returns the losses [lanes] of the lanes [lanes, N, …]. */
  readonly losses: (heads: M['heads'], lanes: Tensor, batch: B) => Tensor;
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

export interface StepResult<M extends Parts = Network> {
  readonly state: State<M>;
  /** The unweighted losses, [lanes]. */
  readonly losses: Tensor;
  /** The statistics of the lanes' gradients, if they were requested. */
  readonly report: LanesReport | null;
}

export type Step<B extends Tree, M extends Parts = Network> = (
  state: State<M>,
  batch: B,
  key: Key,
  rate: Tensor,
) => StepResult<M>;

/** Returns the state with which a training begins. */
export const stateOf = <M extends Parts>(parts: M, lanes: number, decay: number): State<M> => {
  const params = { trunk: parts.trunk, heads: parts.heads };
  return { params, buffers: parts.buffers, moments: optimiserOf(decay).init(params), balance: balancing.init(lanes) };
};

/**
 * Returns one training step of a method: a forward pass through the trunk, the fan-out and all
 * heads, and one backward pass, in which the rule merges the lanes. With `reading` it also reports
 * statistics of the lanes' gradients.
 */
export function stepOf<B extends Tree, M extends Parts = Network>(
  task: Task<B, M>,
  method: Method,
  { decay, reading }: { readonly decay: number; readonly reading: boolean },
): Step<B, M> {
  const optimiser = optimiserOf(decay);
  const run = (state: State<M>, batch: B, key: Key, rate: Tensor) => {
    const { params, buffers, moments, balance } = state;
    const seen: { buffers?: M['buffers']; losses?: Tensor; norms?: Tensor; report?: LanesReport } = {};
    const dropping = { key, ...task.dropping, ...method.drop };
    const total = (p: Params<M>): Tensor => {
      const [h, running] = task.trunk(p.trunk, buffers, batch);
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
    const [, slope] = valueAndGrad(total as (p: Tree) => Tensor)(params);
    const bounded = method.clip === undefined ? slope : clipByNorm(slope, method.clip);
    const [moved, remembered] = optimiser.update(params, bounded, moments, { learningRate: rate }) as [
      Params<M>,
      optim.OptimiserState,
    ];
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
  };
  return compile(run as unknown as (...args: Tree[]) => Tree) as unknown as Step<B, M>;
}
