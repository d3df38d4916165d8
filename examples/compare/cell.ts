import { foldIn, key, type Tree } from 'cotangent';
import { batches, subset } from 'cotangent/data';
import type { Place } from '../report/experiment.ts';
import { attempt } from '../training/attempt.ts';
import type { Outcome } from '../training/protocol.ts';
import type { Trained, Training } from '../training/training.ts';
import { watching } from '../training/watch.ts';
import type { Settings, Splits } from './comparison.ts';
import { scorer, type Any, type Score } from './evaluate.ts';
import { methodsOf } from './methods.ts';
import { initState, splitsOf, taskOf } from './task.ts';

/** Returns the function that runs one training of a comparison. */
export function cellOf(
  given: Any,
): (settings: Settings, args: Training, place: Place) => Promise<Outcome<Trained<Score>>> {
  const methods = methodsOf(given.methods);
  const scoreOf = scorer(given);
  let data: Promise<Splits<string>> | undefined;
  return async (settings, { stage, control = false, method, rate, decay, seed }, place) => {
    const { train, validation, test } = await (data ??= splitsOf(given));
    const root = foldIn(foldIn(key(settings.seed), 1), seed);
    const search = stage === 'search';
    const part = (set: Splits<string>['test']) => subset(set, { stop: Math.min(set.size, settings.watch) });
    const { course, after } = watching(settings.steps, async ({ params }) => ({
      validation: (await scoreOf(params, part(validation))).error,
      test: (await scoreOf(params, part(test))).error,
    }));
    const fitted = await attempt(
      {
        task: taskOf(given),
        method: methods.find((m) => m.name === method)!,
        state: initState(given, foldIn(root, 0), decay),
        batches: batches(train, { size: settings.batch, key: foldIn(root, 2), drop: true, epochs: Infinity }),
        steps: settings.steps,
        rate,
        decay,
        key: foldIn(root, 1),
        readEvery: 0,
        ...(!search && { after: after as never }),
      },
      {
        what: `${method}, rate ${rate}, seed ${seed}`,
        folder: `${place.folder}/checkpoints`,
        search: search || control,
      },
    );
    if (typeof fitted === 'string') return { failed: fitted };
    return {
      score: await scoreOf(fitted.state.params as { trunk: Tree; heads: Tree }, search ? validation : test),
      curve: fitted.curve,
      course,
    };
  };
}
