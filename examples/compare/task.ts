import { foldIn, key, stack, tensor, type Key } from 'cotangent';
import { batches, subset, type Batch } from 'cotangent/data';
import { messageOf } from '../report/load.ts';
import { UsageError } from '../report/usage.ts';
import type { Method } from '../training/methods.ts';
import { stateOf, stepOf, type Parts, type State, type Task } from '../training/step.ts';
import type { Splits } from './comparison.ts';
import { headOf, scorer, type Any } from './evaluate.ts';

/** Returns the task of a comparison: a lane of the features for each loss. */
export function taskOf({ model, losses }: Any): Task<Batch, Parts> {
  const list = Object.entries(losses).map(([name, loss]) => headOf(name, loss));
  return {
    lanes: list.length,
    trunk: (trunk, buffers, batch) => [model.trunk(trunk, batch), buffers],
    losses: (heads, lanes, batch) =>
      stack(list.map(({ head, of }, i) => of(model.heads[head]!(heads, lanes.at(i)), batch))),
    dropping: {},
  };
}

/** Returns the state with which a training begins. */
export function initState({ model, losses }: Any, root: Key, decay: number): State<Parts> {
  const { trunk, heads } = model.init(root);
  return stateOf({ trunk, heads, buffers: [] }, Object.keys(losses).length, decay);
}

/** Returns the data sets of a comparison. */
export const splitsOf = async ({ data }: Any): Promise<Splits<string>> => (typeof data === 'function' ? data() : data);

/**
 * Takes one step of every method on the first batch, so that a wrong shape is known before anything
 * is trained. Throws a usage error with the method and the reason.
 */
export async function tryOut(
  given: Any,
  methods: readonly Method[],
  { train, test }: Splits<string>,
  size: number,
): Promise<void> {
  const saying = async (what: string, f: () => Promise<unknown>): Promise<void> => {
    try {
      await f();
    } catch (error) {
      throw new UsageError(`compare: ${what}: ${messageOf(error).split('\n')[0]}`, { cause: error });
    }
  };
  const task = taskOf(given);
  await saying('the model on the test examples', () =>
    scorer(given)(given.model.init(key(0)), subset(test, { stop: Math.min(test.size, 8) })),
  );
  const { value: batch } = await batches(train, { size, drop: true }).next();
  for (const method of methods)
    await saying(`method '${method.name}'`, async () => {
      const step = stepOf(task, method, { decay: 0, reading: false });
      const { losses } = step(initState(given, key(0), 0), batch as Batch, foldIn(key(0), 1), tensor(0.001));
      await (losses as unknown as { data(): Promise<unknown> }).data();
    });
}
