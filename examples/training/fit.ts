import { setImmediate } from 'node:timers/promises';
import { foldIn, optim, realize, tensor, type Key, type Tree } from 'cotangent';
import type { Method } from './methods.ts';
import { readingOf, type Reading } from './reading.ts';
import { stepOf, type Network, type Parts, type State, type Task } from './step.ts';

export interface Fit<B extends Tree, M extends Parts = Network> {
  readonly task: Task<B, M>;
  readonly method: Method;
  readonly state: State<M>;
  readonly batches: AsyncIterator<B>;
  readonly steps: number;
  /**
   * The highest learning rate. It is reached after a fifth of the steps, then falls to 0 along half
   * a cosine.
   */
  readonly rate: number;
  /** The decoupled weight decay; 0 for none. */
  readonly decay: number;
  readonly key: Key;
  /** The lanes are read in one step of `readEvery`; 0 means never. */
  readonly readEvery: number;
  /** Called after each step, the first of which is 1, with the state that it made. */
  readonly after?: (step: number, state: State<M>) => Promise<void>;
}

export interface Fitted<M extends Parts = Network> {
  readonly state: State<M>;
  /** The mean of the losses after some of the steps. */
  readonly curve: readonly { readonly step: number; readonly loss: number }[];
  readonly readings: readonly Reading[];
}

/** Thrown if the losses are NaN or infinite. */
export class NotFinite extends Error {
  readonly step: number;
  readonly losses: readonly number[];
  /** The state before the last step whose losses were finite, or undefined if there was none. */
  readonly good: State<Parts> | undefined;

  constructor(step: number, losses: readonly number[], good: State<Parts> | undefined) {
    const shown = losses.slice(0, 8).map((x) => Number(x.toPrecision(4)));
    const more = losses.length > 8 ? `, … ${losses.length} in all` : '';
    super(`the losses are not finite at step ${step}: ${shown.join(', ')}${more}`);
    [this.step, this.losses, this.good] = [step, losses, good];
  }
}

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/**
 * Trains by one method and returns the final state. The losses are read after each step, so that a
 * NaN is noticed immediately. Throws `NotFinite` if one is NaN or infinite.
 */
export async function fit<B extends Tree, M extends Parts = Network>(given: Fit<B, M>): Promise<Fitted<M>> {
  const { task, method, batches, steps, rate, decay, key, readEvery, after } = given;
  const plain = stepOf(task, method, { decay, reading: false });
  const reading = stepOf(task, method, { decay, reading: true });
  const rising = Math.ceil(steps / 5);
  const { cosine, warmup } = optim.schedules;
  const schedule = warmup(cosine({ rate, steps: Math.max(1, steps - rising) }), { steps: rising });
  const every = Math.max(1, Math.floor(steps / 25));
  const curve: { step: number; loss: number }[] = [];
  const readings: Reading[] = [];
  let state = given.state;
  let good: State<M> | undefined;
  for (let step = 0; step < steps; step++) {
    const { value: batch, done } = await batches.next();
    if (done) throw new Error(`internal: batches ended at step ${step}`);
    const read = readEvery > 0 && step % readEvery === 0;
    const result = (read ? reading : plain)(state, batch, foldIn(key, step), tensor(schedule(step)));
    await realize([result.state, result.losses, result.report ? Object.values(result.report) : []] as Tree);
    const losses = Array.from(await result.losses.data());
    if (!losses.every(Number.isFinite)) throw new NotFinite(step, losses, good);
    if (step % every === 0 || step === steps - 1) curve.push({ step, loss: Number(mean(losses).toPrecision(6)) });
    if (result.report) readings.push(await readingOf(step, result.report));
    [good, state] = [state, result.state];
    await after?.(step + 1, state);
    // Lets a worker receive the message that ends it.
    await setImmediate();
  }
  return { state, curve, readings };
}
