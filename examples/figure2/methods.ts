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

/** The losses [5] of the weight's copies [5], one for each loss. */
export type Losses = (lanes: Tensor) => Tensor;

/** What a method keeps for one weight: GradNorm its state, the others nothing. */
export type Memory = GradNormState | Record<string, never>;

/** A way to go down, written for one weight. */
export interface Method {
  readonly name: string;
  /** Random numbers it needs in a step. */
  readonly draws: number;
  /** What it remembers from step to step. */
  init(): Memory;
  /** What is subtracted from the weight, up to the learning rate, and what is remembered next. */
  step(losses: Losses, w: Tensor, memory: Memory, draws: Tensor): [direction: Tensor, next: Memory];
}

/** A method that merges the losses' gradients by a rule. */
const merging = (name: string, rule: (draws: Tensor) => Rule, draws = 0): Method => ({
  name,
  draws,
  init: () => ({}),
  step: (f, w, memory, u) => [grad((x: Tensor) => f(fanOut(x, losses, rule(u))).sum())(w), memory],
});

/** Gradient sign dropout by one draw. A weight is no activation, so no sign of it is read. */
const dropping = (name: string, k: number): Method =>
  merging(name, (u) => signDrop({ draw: u.reshape([]), k, inputSign: false, marginalize: 'none' }), 1);

const weighting = gradNorm({ alpha: 1 });

/**
 * GradNorm divides by first losses, and one of 4 800 starts may stand where a loss is 0: losses
 * count as at least this to it.
 */
const leastLoss = 1e-3;

/**
 * GradNorm. It applies to one weight as well, the norm of a loss's gradient being |g_i|; each start
 * trains loss weights of its own. Its paper (Chen et al. 2018) uses α from 0.12 to 1.5.
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

/** The clipping bound: the usual 1, which nearly all sums of gradients here exceed. */
export const bound = 1;

/** The methods of Figure 2, the one it is about last. */
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
