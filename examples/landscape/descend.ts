import { setImmediate } from 'node:timers/promises';
import { compile, foldIn, jacrev, optim, realize, tensor, vmap, type Key, type Tensor } from 'cotangent';
import type { Method } from './methods.ts';
import type { Pair, Problem } from './problems.ts';

export interface Descent {
  readonly steps: number;
  readonly rate: number;
  readonly key: Key;
}

/** The number of steps in one plan, unless fewer are left. */
const block = 25;

/**
 * Returns the steps after which points are recorded: about a hundred, including the first and the
 * last.
 */
export function checkpointsOf(steps: number): number[] {
  const hundredth = Math.ceil(steps / 100);
  const every = hundredth > block ? block * Math.round(hundredth / block) : hundredth;
  return [...Array.from({ length: Math.ceil(steps / every) }, (_, i) => i * every), steps];
}

/**
 * Descends from all starts at once and returns the points at the checkpoints, [checkpoint][start].
 * The starts do not interact: the merge is mapped over them, and the optimisers are elementwise.
 */
export async function descend(
  { losses, optimizer }: Problem,
  method: Method,
  starts: readonly Pair[],
  { steps, rate, key }: Descent,
): Promise<Pair[][]> {
  const optimiser: optim.Optimiser = optim[optimizer === 'Adam' ? 'adam' : 'sgd']({ learningRate: rate });
  const blocks = new Map<number, ReturnType<typeof advance>>();
  const advance = (count: number) =>
    compile((x: Tensor, moments: optim.OptimiserState, memory: Tensor, k: Key) => {
      for (let i = 0; i < count; i++) {
        const direction = vmap((one: Tensor, own: Tensor) => method.merge(jacrev(losses)(one), own, foldIn(k, i)));
        const [g, next] = direction(x, memory);
        memory = next;
        [x, moments] = optimiser.update(x, g, moments);
      }
      return [x, moments, memory] as const;
    });
  let x = tensor(starts);
  let moments: optim.OptimiserState = optimiser.init(x);
  let memory = await realize(vmap((_: Tensor) => method.init())(x));
  const points: Pair[][] = [[...starts]];
  const [, ...ends] = checkpointsOf(steps);
  let done = 0;
  for (const end of ends) {
    while (done < end) {
      const count = Math.min(block, end - done);
      const go = blocks.get(count) ?? advance(count);
      blocks.set(count, go);
      [x, moments, memory] = await realize(go(x, moments, memory, foldIn(key, done)));
      done += count;
    }
    points.push((await x.array()) as unknown as Pair[]);
    // Lets a worker receive the message that ends it.
    await setImmediate();
  }
  return points;
}
