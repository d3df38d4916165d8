import { join } from 'node:path';
import { batches, subset } from 'cotangent/data';
import { compile, foldIn, key, type Tensor } from 'cotangent';
import type { Place } from '../report/experiment.ts';
import { attempt } from '../training/attempt.ts';
import { methodOf } from '../training/methods.ts';
import type { Buffers } from '../training/network.ts';
import type { Outcome } from '../training/protocol.ts';
import type { Params } from '../training/step.ts';
import type { Trained } from '../training/training.ts';
import { watching } from '../training/watch.ts';
import { load, mixedBatches, type Data } from './data.ts';
import { methodFor, alone } from './methods.ts';
import type { Args, Settings } from './settings.ts';
import { initState, mixed, predict, targetAlone } from './task.ts';

/** The accuracy on the target's classes. */
export interface Score {
  /** The mean cross-entropy. */
  readonly loss: number;
  /** The fraction of examples whose most probable class is wrong. */
  readonly error: number;
  /** The error of always answering with the most frequent class. */
  readonly chance: number;
}

const evaluationBatch = 64;

const short = (x: number): number => Number(x.toPrecision(6));

/** Returns the scores of logits [N, classes], row by row, against class indices. */
export function scoreOf(logits: ArrayLike<number>, labels: ArrayLike<number>): Score {
  const classes = logits.length / labels.length;
  let [loss, wrong] = [0, 0];
  const counts = Array.from({ length: classes }, () => 0);
  for (let i = 0; i < labels.length; i++) {
    const row = Array.from({ length: classes }, (_, c) => logits[i * classes + c]!);
    const most = Math.max(...row);
    loss += most + Math.log(row.reduce((sum, z) => sum + Math.exp(z - most), 0)) - row[labels[i]!]!;
    counts[labels[i]!]! += 1;
    wrong += Number(row.indexOf(most) !== labels[i]!);
  }
  const share = (n: number): number => short(n / labels.length);
  return { loss: share(loss), error: share(wrong), chance: share(labels.length - Math.max(...counts)) };
}

async function score(params: Params, buffers: Buffers, set: Data['test']): Promise<Score> {
  const ask = compile((p: Params, b: Buffers, images: Tensor) => predict(p, b, images));
  const [logits, labels]: number[][] = [[], []];
  for await (const batch of batches(set, { size: evaluationBatch })) {
    logits!.push(...(await ask(params, buffers, batch.images).data()));
    labels!.push(...(await batch.labels.data()));
  }
  return scoreOf(logits!, labels!);
}

/**
 * Runs one training and returns its score on the target. Runs of one seed start with the same
 * weights and see the same batches.
 */
export async function cell(settings: Settings, args: Args, place: Place): Promise<Outcome<Trained<Score>>> {
  const { stage, control = false, method, rate, decay, seed, leak } = args;
  const data = await load(settings);
  const root = foldIn(foldIn(key(settings.seed), 1), seed);
  const task = method === alone ? targetAlone : mixed(leak);
  const search = stage === 'search';
  const [validation, test] = [data.validation, data.test].map((set) =>
    subset(set, { stop: Math.min(set.size, settings.watch) }),
  );
  const { course, after } = watching(settings.steps, async ({ params, buffers }) => ({
    validation: (await score(params, buffers, validation!)).error,
    test: (await score(params, buffers, test!)).error,
  }));
  const fitted = await attempt(
    {
      task,
      method: methodOf(methodFor(method)),
      state: initState(settings, data.classes, { lanes: task.lanes, decay, key: foldIn(root, 0) }),
      batches: mixedBatches(settings, data, settings.seed * 1000 + seed),
      steps: settings.steps,
      rate,
      decay,
      key: foldIn(root, 1),
      readEvery: 0,
      ...(!search && { after }),
    },
    {
      what: `${method}, rate ${rate}, leak ${leak}, seed ${seed}`,
      folder: join(place.folder, 'checkpoints'),
      search: search || control,
    },
  );
  if (typeof fitted === 'string') return { failed: fitted };
  const { params, buffers } = fitted.state;
  return { score: await score(params, buffers, search ? data.validation : data.test), curve: fitted.curve, course };
}
