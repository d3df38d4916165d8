import {
  fanOut,
  grad,
  gradNorm,
  onesLike,
  signDrop,
  sumLanes,
  vjp,
  type GradNormState,
  type Rule,
  type Tensor,
} from 'cotangent';
import { losses } from './landscapes.ts';
import { clipSum, iterativePcgrad1d, mgda1d, pcgrad1d } from './oneDimension.ts';

/** Maps the weight's lanes [5], one for each loss, to the losses [5]. */
export type Losses = (lanes: Tensor) => Tensor;

/** The state of a method for one weight: that of GradNorm, or nothing. */
export type Memory = GradNormState | Record<string, never>;

/** A method of descent, written for one weight. */
export interface Method {
  readonly name: string;
  /** The number of random numbers that a step needs. */
  readonly draws: number;
  /** Returns the initial state. */
  init(): Memory;
  /**
   * Returns the direction, which is multiplied by the learning rate and subtracted from the weight,
   * and the next state. `draws` are this step's random numbers in (0, 1).
   */
  step(losses: Losses, w: Tensor, memory: Memory, draws: Tensor): [direction: Tensor, next: Memory];
}

/** Returns a method that merges the losses' gradients by a rule. */
const merging = (name: string, rule: (draws: Tensor) => Rule, draws = 0): Method => ({
  name,
  draws,
  init: () => ({}),
  step: (f, w, memory, u) => [grad((x: Tensor) => f(fanOut(x, losses, rule(u))).sum())(w), memory],
});

/**
 * Returns the method of gradient sign dropout with one draw; `k` is the option of `signDrop`. A
 * weight is no activation, so its sign is not read.
 */
const dropping = (name: string, k: number): Method =>
  merging(name, (u) => signDrop({ draw: u.reshape([]), k, inputSign: false, marginalize: 'none' }), 1);

const weighting = gradNorm({ alpha: 1 });

/**
 * GradNorm divides by initial losses, and one of 4 800 starts may have a loss of 0. It therefore
 * sees losses of at least this size.
 */
const leastLoss = 1e-3;

/**
 * GradNorm. It applies to a single weight too: the norm of a loss's gradient is |g_i|. Each start
 * trains its own loss weights. The paper (Chen et al. 2018) uses α from 0.12 to 1.5.
 */
const normalised: Method = {
  name: 'GradNorm',
  draws: 0,
  init: () => weighting.init(losses),
  step(f, w, memory) {
    const [y, pullback] = vjp(f, fanOut(w, losses, sumLanes()));
    const [g] = pullback(onesLike(y)) as [Tensor];
    const norms = { norms: g.abs() };
    const [weights, next] = weighting.apply(y.maximum(leastLoss), memory as GradNormState, norms);
    return [weights.mul(g).sum(), next];
  },
};

/** The bound of clipping: the usual 1, which nearly all sums of gradients here exceed. */
export const bound = 1;

/** The methods of Figure 2; GradDrop is the last. */
export const methods: readonly Method[] = [
  merging('SGD', sumLanes),
  merging('SGD, clipped', () => clipSum(bound)),
  merging('MGDA', () => mgda1d),
  merging('PCGrad', () => pcgrad1d),
  normalised,
  merging('Iterative PCGrad', iterativePcgrad1d, losses),
  dropping('Random GradDrop', 0),
  dropping('GradDrop', 1),
];
