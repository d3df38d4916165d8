import {
  fanOut,
  grad,
  gradNorm,
  signDrop,
  sumLanes,
  vjp,
  type GradNormState,
  type Rule,
  type Tensor,
} from '../../src/index.ts';
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

/** GradNorm, which also applies here: the norm of a loss's gradient is |g_i|. Its weights are a start's own. */
const normalised: Method = {
  name: 'GradNorm',
  draws: 0,
  init: () => weighting.init(losses),
  step(f, w, memory) {
    const [y, pullback] = vjp(f, fanOut(w, losses, sumLanes()));
    const [g] = pullback(y.mul(0).add(1)) as [Tensor];
    const [weights, next] = weighting.apply(y, memory as GradNormState, { norms: g.abs() });
    return [weights.mul(g).sum(), next];
  },
};

/** The clipping bound: the usual 1, which nearly all sums of gradients here exceed. */
const bound = 1;

/** The methods of Figure 2, GradDrop last. */
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
