import { setImmediate } from 'node:timers/promises';
import { compile, foldIn, random, realize, tensor, vmap, type Key, type Tensor } from 'cotangent';
import type { Landscape } from './landscapes.ts';
import type { Memory, Method } from './methods.ts';

/** One run: the start of its weight, its landscape, and its initial learning rate. */
export interface Run {
  readonly landscape: Landscape;
  readonly start: number;
  readonly rate: number;
}

/** One weight for each run. */
export type Weights = ArrayLike<number>;

export interface Training {
  readonly steps: number;
  readonly key: Key;
  /**
   * Called after each block of steps with the number of steps so far and the weights of all runs.
   */
  readonly watch: (done: number, weights: Weights) => void;
}

/** The number of steps in one plan. More would save little, and plans are compiled step by step. */
export const block = 25;

/**
 * The factor of the learning rate at a step: it decays from 1 to 0 along half a cosine (Loshchilov
 * and Hutter 2017). Without decay the final losses are mostly noise.
 */
const decay = (step: number, steps: number): number => 0.5 * (1 + Math.cos((Math.PI * step) / steps));

/**
 * Trains all runs at once by one method, as one tensor of weights, and returns the final weights.
 * The method is written for one weight and mapped over the runs, so no sum, norm or draw is shared
 * between runs.
 */
export async function train(method: Method, runs: readonly Run[], { steps, key, watch }: Training): Promise<Weights> {
  const one = vmap((w: Tensor, memory: Memory, a: Tensor, b: Tensor, rate: Tensor, u: Tensor) => {
    const [direction, next] = method.step((lanes) => lanes.mul(a).add(b).sin().add(1), w, memory, u);
    return [w.sub(direction.mul(rate)), next] as const;
  });
  const advance = compile((w: Tensor, memory: Memory, problem: Problem, rates: Tensor, k: Key) => {
    const draws = random.uniform(k, [rates.size, runs.length, method.draws]);
    for (let i = 0; i < rates.size; i++)
      [w, memory] = one(w, memory, problem.a, problem.b, problem.rate.mul(rates.at(i)), draws.at(i));
    return [w, memory] as const;
  });
  const problem = problemOf(runs);
  let w = tensor(runs.map((r) => r.start));
  let memory = await realize(vmap((_: Tensor) => method.init())(w));
  for (let done = 0; done < steps;) {
    const count = Math.min(block, steps - done);
    const rates = tensor(Array.from({ length: count }, (_, i) => decay(done + i, steps)));
    [w, memory] = advance(w, memory, problem, rates, foldIn(key, done));
    done += count;
    watch(done, await w.data());
    // Lets ctrl-C and the progress bar be handled.
    await setImmediate();
  }
  return w.data();
}

/** The landscapes and rates of all runs, as tensors. */
interface Problem {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly rate: Tensor;
}

const problemOf = (runs: readonly Run[]): Problem => ({
  a: tensor(runs.map((r) => r.landscape.a)),
  b: tensor(runs.map((r) => r.landscape.b)),
  rate: tensor(runs.map((r) => r.rate)),
});
