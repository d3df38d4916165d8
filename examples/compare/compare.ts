import { createHash } from 'node:crypto';
import type { Tree } from 'cotangent';
import type { Common, Compute, Experiment, Report } from '../report/experiment.ts';
import { UsageError } from '../report/usage.ts';
import { compareAll } from '../training/comparisons.ts';
import { methodResult } from '../training/methodResult.ts';
import { carryOut, countTrainings, fullSearch, type Plan } from '../training/protocol.ts';
import { standingOf } from '../training/standing.ts';
import { trainingCell, type Trained, type Training } from '../training/training.ts';
import { valuesFor } from '../training/tables.ts';
import { trialOptions, withTrialOptions, type Profile } from '../training/trialOptions.ts';
import { cellOf } from './cell.ts';
import { checkComparison } from './checkComparison.ts';
import type { Comparison, Settings, Splits } from './comparison.ts';
import { scoreNames, type Any, type Score } from './evaluate.ts';
import { methodsOf } from './methods.ts';
import { body, csv, text, type Results } from './report.ts';
import { splitsOf, tryOut } from './task.ts';

/** A comparison as an experiment, with the function that computes its cells. */
export interface Compared extends Experiment<Settings> {
  readonly cell: ReturnType<typeof cellOf>;
}

/** The rates of a model that nobody knows may lie far from those that are tried first. */
const widen = 6;

const withDefaults = ({
  rates = fullSearch.rates,
  decays = fullSearch.decays,
  searchSeeds = fullSearch.searchSeeds,
  detect = fullSearch.detect,
}: Any): Pick<Profile, 'rates' | 'decays' | 'searchSeeds' | 'detect'> => ({ rates, decays, searchSeeds, detect });

/** Returns the protocol of a profile: all of it, or so little that it only shows the machinery. */
function profileOf(given: Any, profile: Common['profile']): Profile {
  const { steps, seeds } = given;
  const { rates: all, decays, searchSeeds, detect } = withDefaults(given);
  const middle = Math.floor(all.length / 2);
  return profile === 'quick'
    ? {
        rates: all.slice(Math.max(0, middle - 1), middle + 2),
        decays: [decays[0] ?? 0.1],
        widen: 0,
        steps,
        searchSeeds: 1,
        seeds: 3,
        detect,
      }
    : { rates: all, decays, widen, steps, searchSeeds, detect, ...(seeds !== undefined && { seeds }) };
}

/** Returns a hash of the sizes of data sets and of their first examples. */
async function hashOf(splits: Splits<string>): Promise<string> {
  const hash = createHash('sha256');
  for (const set of [splits.train, splits.validation, splits.test]) {
    const columns = await set.rows(Array.from({ length: Math.min(set.size, 64) }, (_, i) => i));
    hash.update(`${set.size}`);
    for (const [name, { data, shape }] of Object.entries(columns))
      hash.update(`${name} ${shape.join()} ${Array.from(data).join()}`);
  }
  return hash.digest('hex');
}

const planOf = (given: Any, names: readonly string[]): Plan<Training> => {
  const all = methodsOf(given.methods);
  return {
    names,
    decaying: (name) => all.find((m) => m.name === name)!.decays === true,
    cellOf: (stage, method, at, seed) => trainingCell({ stage, method, ...at, seed }, {}),
  };
};

async function run(given: Any, settings: Settings, compute: Compute): Promise<Report> {
  const { methods: names } = settings;
  const carried = await carryOut<Training, Trained<Score>>(planOf(given, names), settings, compute);
  const { train, validation, test } = await splitsOf(given);
  const methods = carried.map(methodResult);
  const standing = standingOf(settings, methods);
  const measures = scoreNames(given);
  const results: Results = {
    format: 'cotangent-compare-1',
    name: given.name,
    settings,
    measures,
    sizes: { train: train.size, validation: validation.size, test: test.size },
    losses: Object.keys(given.losses),
    methods,
    standing,
    comparisons: measures.flatMap((key) => compareAll({ key, better: -1 }, standing.compared, valuesFor(methods, key))),
  };
  const described = methodsOf(given.methods).filter((m) => names.includes(m.name));
  return {
    title: given.title ?? given.name,
    text: text(results),
    body: body(results, described),
    csv: csv(results),
    results,
  };
}

/**
 * Returns an experiment that compares methods of merging several losses on a model and data of your
 * own, by the protocol of the built-in ones: rates chosen on validation data with one budget for
 * all, as many seeds as the stated power needs, paired tests with Holm's correction. Export it as
 * `experiment` from a module and run that by `npx cotangent run ./module.ts`. Throws if something
 * is missing or contradicts itself.
 */
export function compare<T extends Tree, H extends Tree, Part extends string, Head extends string>(
  given: Comparison<T, H, Part, Head>,
): Compared {
  const any = given as unknown as Any;
  checkComparison(any);
  const all = methodsOf(any.methods);
  const names = all.map((m) => m.name);
  return {
    name: any.name,
    summary: any.title ?? any.name,
    methods: names,
    usual: () => names,
    needed: [],
    options: trialOptions,
    cell: cellOf(any),
    async settings(common, own) {
      const chosen = withTrialOptions(profileOf(any, common.profile), own, common.methods.length);
      const batch = any.batch ?? 32;
      if (common.methods.length < 2) throw new UsageError('--methods must name two methods or more to compare');
      const splits = await splitsOf(any);
      if (splits.train.size < batch)
        throw new UsageError(
          `compare: a batch has ${batch} examples, and there are ${splits.train.size} to train with`,
        );
      await tryOut(
        any,
        all.filter((m) => common.methods.includes(m.name)),
        splits,
        batch,
      );
      return { ...common, ...chosen, batch, watch: 256, source: '', dataHash: await hashOf(splits) };
    },
    memory: () => 2e8,
    count: (settings) => countTrainings({ names: settings.methods }, settings),
    run: (settings, compute) => run(any, settings, compute),
  };
}
