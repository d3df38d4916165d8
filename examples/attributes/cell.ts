import { join } from 'node:path';
import { compile, foldIn, key, realize, type Tensor } from 'cotangent';
import { batches, subset, type Dataset } from 'cotangent/data';
import type { Place } from '../report/experiment.ts';
import { attempt } from '../training/attempt.ts';
import { baseline, methodOf } from '../training/methods.ts';
import type { Buffers } from '../training/network.ts';
import type { Outcome } from '../training/protocol.ts';
import type { Reading } from '../training/reading.ts';
import { speedOf, type Speed } from '../training/speed.ts';
import type { Params } from '../training/step.ts';
import type { Trained, Training } from '../training/training.ts';
import { watching } from '../training/watch.ts';
import { load, type Data } from './data.ts';
import { scoreOf, type Score } from './metrics.ts';
import type { Args, Settings } from './settings.ts';
import { initState, predict, taskOf, type Batch } from './task.ts';

/** What a training gave, with the readings of its lanes. */
export interface Read extends Trained<Score> {
  readonly readings: readonly Reading[];
}

/** The methods whose lanes are read in the run of the first seed, for Figure 3c. */
const read = [baseline, 'randomGradDrop', 'gradDrop'];

const evaluationBatch = 64;

/** Returns the scores of a network's predictions on a data set. */
async function score(
  params: Params,
  buffers: Buffers,
  set: Dataset<'images' | 'labels'>,
  attributes: number,
): Promise<Score> {
  const ask = compile((p: Params, b: Buffers, images: Tensor) => predict(p, b, images, attributes));
  const [logits, labels] = [0, 1].map(() => Array.from({ length: attributes }, (): number[] => []));
  for await (const batch of batches(set, { size: evaluationBatch })) {
    const z = await ask(params, buffers, batch.images).data();
    const y = await batch.labels.data();
    const n = batch.images.shape[0]!;
    for (let a = 0; a < attributes; a++)
      for (let i = 0; i < n; i++) {
        logits![a]!.push(z[a * n + i]!);
        labels![a]!.push(y[i * attributes + a]!);
      }
  }
  return scoreOf(logits!, labels!);
}

/** Returns an endless sequence of training batches, shuffled by the seed. */
const batchesOf = (settings: Settings, data: Data, seed: number): AsyncIterator<Batch> =>
  batches(data.train, { size: settings.batch, key: foldIn(key(seed), 3), drop: true, epochs: Infinity });

/**
 * Returns the key of a seed. Runs of one seed start with the same weights and see the same batches,
 * whatever the method.
 */
const keyOf = (settings: Settings, seed: number) => foldIn(foldIn(key(settings.seed), 1), seed);

/**
 * Trains by one method and returns its score, or the reason why the training failed in the search.
 */
async function train(settings: Settings, args: Training, place: Place): Promise<Outcome<Read>> {
  const { stage, control = false, method, rate, decay, seed } = args;
  const data = await load(settings);
  const n = data.attributes.length;
  const root = keyOf(settings, seed);
  const search = stage === 'search';
  const [validation, test] = [data.validation, data.test].map((set) =>
    subset(set, { stop: Math.min(set.size, settings.watch) }),
  );
  const { course, after } = watching(settings.steps, async ({ params, buffers }) => ({
    validation: (await score(params, buffers, validation!, n)).error,
    test: (await score(params, buffers, test!, n)).error,
  }));
  const fitted = await attempt(
    {
      task: taskOf(n),
      method: methodOf(method),
      state: initState(settings, n, decay, foldIn(root, 0)),
      batches: batchesOf(settings, data, settings.seed * 1000 + seed),
      steps: settings.steps,
      rate,
      decay,
      key: foldIn(root, 1),
      readEvery: !search && seed === 1 && read.includes(method) ? settings.readEvery : 0,
      ...(!search && { after }),
    },
    {
      what: `${method}, rate ${rate}, seed ${seed}`,
      folder: join(place.folder, 'checkpoints'),
      search: search || control,
    },
  );
  if (typeof fitted === 'string') return { failed: fitted };
  const { params, buffers } = fitted.state;
  return {
    score: await score(params, buffers, search ? data.validation : data.test, n),
    curve: fitted.curve,
    course,
    readings: fitted.readings,
  };
}

async function speed(settings: Settings): Promise<Speed[]> {
  const data = await load(settings);
  const n = data.attributes.length;
  const { value: batch } = await batchesOf({ ...settings, batch: settings.speedBatch }, data, 0).next();
  await realize(batch);
  return speedOf(taskOf(n), settings.methods.map(methodOf), batch as Batch, (decay) =>
    initState(settings, n, decay, key(0)),
  );
}

/** Runs one training, or measures the speed of all methods, as `args.stage` says. */
export const cell = (settings: Settings, args: Args, place: Place): Promise<Outcome | Speed[]> =>
  args.stage === 'speed' ? speed(settings) : train(settings, args, place);
