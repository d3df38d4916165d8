import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Common, Compute, Experiment, Report } from '../report/experiment.ts';
import { fingerprint } from '../report/fingerprint.ts';
import { refused, UsageError } from '../report/usage.ts';
import { compareAll } from '../training/comparisons.ts';
import { methodResult } from '../training/methodResult.ts';
import { baseline, methodOf, methods } from '../training/methods.ts';
import { carryOut, countTrainings, fullSearch, type Plan } from '../training/protocol.ts';
import type { Speed } from '../training/speed.ts';
import { standingOf } from '../training/standing.ts';
import { trainingCell, type Training } from '../training/training.ts';
import { valuesFor } from '../training/tables.ts';
import { trialOptions, withTrialOptions } from '../training/trialOptions.ts';
import type { Read } from './cell.ts';
import { attributesOf, countPictures } from './data.ts';
import { thresholds } from './metrics.ts';
import { body, csv, text } from './report.ts';
import type { ReadResult, Results } from './results.ts';
import type { Args, Settings } from './settings.ts';
import { measures } from './words.ts';

const profiles = {
  quick: {
    rates: [0.0032, 0.01, 0.032],
    decays: [0.1],
    widen: 0,
    steps: 110,
    searchSeeds: 1,
    seeds: 3,
    detect: 1,
    watch: 64,
    batch: 16,
    speedBatch: 32,
    readEvery: 5,
    pixels: 32,
    examples: { train: 2048, validation: 512, test: 1024 },
    network: { widths: [8, 8, 8, 16, 16, 32, 32], features: 64 },
  },
  full: {
    ...fullSearch,
    steps: 250,
    watch: 128,
    batch: 16,
    speedBatch: 32,
    readEvery: 5,
    pixels: 32,
    examples: { train: 4096, validation: 1024, test: 1024 },
    network: { widths: [8, 8, 8, 16, 16, 32, 32], features: 64 },
  },
};

/** The methods that a quick run leaves out: none of the paper's tables for faces has them. */
const slow = ['gradNormRandom'];

/**
 * Returns the folder. Throws a usage error unless it has CelebA's attribute list, partition list
 * and folder of images.
 */
function checkData(data: string): string {
  if (!['txt', 'csv'].some((end) => existsSync(join(data, `list_attr_celeba.${end}`))))
    throw new UsageError(`--data must name a folder with CelebA's list_attr_celeba.txt, got '${data}'`);
  for (const [what, there] of [
    ['list_eval_partition.txt', ['txt', 'csv'].some((end) => existsSync(join(data, `list_eval_partition.${end}`)))],
    ['img_align_celeba', existsSync(join(data, 'img_align_celeba'))],
  ] as const)
    if (!there) throw new UsageError(`--data: '${data}' has no ${what}`);
  return data;
}

const planOf = (names: readonly string[]): Plan<Training> => ({
  names,
  decaying: (name) => methodOf(name).decays === true,
  cellOf: (stage, method, at, seed) => trainingCell({ stage, method, ...at, seed }, {}),
});

async function run(settings: Settings, compute: Compute): Promise<Report> {
  const { methods: names } = settings;
  const carried = await carryOut<Training, Read>(planOf(names), settings, compute);
  const [speeds] = await compute<Args, Speed[]>([{ id: 'speed', what: 'speed', args: { stage: 'speed' } }]);
  const found = carried.map((method): ReadResult => ({ ...methodResult(method), readings: method.runs[0]!.readings }));
  const standing = standingOf(settings, found);
  const results: Results = {
    format: 'cotangent-attributes-2',
    settings,
    attributes: await attributesOf(settings),
    thresholds,
    methods: found,
    standing,
    comparisons: Object.values(measures).flatMap((measure) =>
      compareAll(measure, standing.compared, valuesFor(found, measure.key)),
    ),
    speeds: speeds!,
  };
  return { title: 'Forty attributes of a face', text: text(results), body: body(results), csv: csv(results), results };
}

/** Returns an upper estimate of the number of elements in all activations of one example. */
const activations = ({ pixels, network: { widths } }: Settings): number =>
  widths.reduce((sum, w, i) => sum + w * (pixels / 2 ** Math.min(3, Math.ceil(i / 2))) ** 2, 0);

/**
 * Table 1 and Figure 3 of the paper: forty attributes of a face, one network, many ways to merge
 * the gradients.
 */
export const attributes: Experiment<Settings> = {
  name: 'attributes',
  summary: 'Table 1 and Figure 3: forty attributes of a face; error, F1 and speed of every method',
  methods: methods.map((m) => m.name),
  usual: (profile) => methods.map((m) => m.name).filter((name) => profile === 'full' || !slow.includes(name)),
  needed: [baseline],
  options: [
    { name: 'data', value: 'folder', text: 'CelebA in place of made faces: its lists and img_align_celeba' },
    ...trialOptions,
  ],
  async settings(common: Common, own) {
    const chosen = withTrialOptions(profiles[common.profile], own, common.methods.length);
    if (own.data === undefined) return { ...common, ...chosen, data: null };
    const data = checkData(own.data);
    const examples = await countPictures(data, chosen).catch(refused('data'));
    const lists = ['list_attr_celeba', 'list_eval_partition'].flatMap((name) => [`${name}.txt`, `${name}.csv`]);
    const dataHash = await fingerprint([...lists, 'img_align_celeba'].map((name) => join(data, name)));
    return { ...common, ...chosen, data, dataHash, examples };
  },
  memory: (settings) => {
    const { train, validation, test } = settings.examples;
    const stored = (train + validation + test) * (3 * settings.pixels ** 2 + 40);
    // A tenth of a gigabyte is for the program. The rest is the stored data, and the memory of a
    // step and its kernels.
    return 1e8 + stored + 4 * 12 * activations(settings) * Math.max(64, settings.batch, settings.speedBatch);
  },
  count: (settings) => countTrainings({ names: settings.methods }, settings) + 1,
  run,
};
