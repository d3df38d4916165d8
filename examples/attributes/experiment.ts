import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, Common, Compute, Experiment, Report } from '../report/experiment.ts';
import { fingerprint } from '../report/fingerprint.ts';
import { refused, UsageError } from '../report/usage.ts';
import { compare, pairsOf } from '../training/comparisons.ts';
import { baseline, methods } from '../training/methods.ts';
import { best, countTrials, search } from '../training/search.ts';
import type { Speed } from '../training/speed.ts';
import { trialOptions, withTrialOptions } from '../training/trialOptions.ts';
import type { Outcome } from './cell.ts';
import { attributesOf, countPictures } from './data.ts';
import { thresholds } from './metrics.ts';
import { body, csv, text } from './report.ts';
import type { MethodResult, Results } from './results.ts';
import type { Args, Settings } from './settings.ts';

const profiles = {
  quick: {
    rates: [0.007, 0.015],
    decays: [0.1, 1],
    searchSteps: 70,
    steps: 180,
    seeds: 5,
    batch: 16,
    speedBatch: 32,
    readEvery: 5,
    pixels: 32,
    examples: { train: 2048, validation: 512, test: 1024 },
    network: { widths: [8, 8, 8, 16, 16, 32, 32], features: 64 },
  },
  full: {
    rates: [0.001, 0.003, 0.01],
    decays: [0.01, 0.1, 1],
    searchSteps: 600,
    steps: 2000,
    seeds: 5,
    batch: 32,
    speedBatch: 32,
    readEvery: 20,
    pixels: 32,
    examples: { train: 20_000, validation: 2000, test: 4000 },
    network: { widths: [8, 16, 16, 32, 32, 64, 64], features: 128 },
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

const searchCell = (method: string, { rate, decay }: { rate: number; decay: number }): Cell<Args> => ({
  id: `search-${method}-${rate}-${decay}`,
  what: `${method}: its rate`,
  args: { stage: 'search', method, rate, decay, seed: 0 },
});

async function run(settings: Settings, compute: Compute): Promise<Report> {
  const { methods: names, seeds } = settings;
  const trials = await search(names, settings, compute, searchCell);
  const chosen = names.map((method, m) => best(method, trials[m]!));
  const cells = names.flatMap((method, m) =>
    Array.from({ length: seeds }, (_, i): Cell<Args> => {
      const { rate, decay } = chosen[m]!;
      return {
        id: `run-${method}-${rate}-${decay}-${i + 1}`,
        what: `${method}, seed ${i + 1}`,
        args: { stage: 'run', method, rate, decay, seed: i + 1 },
      };
    }),
  );
  const outcomes = (await compute<Args, Outcome>(cells)) as Extract<Outcome, { score: unknown }>[];
  const [speeds] = await compute<Args, Speed[]>([{ id: 'speed', what: 'speed', args: { stage: 'speed' } }]);
  const found = names.map((method, m): MethodResult => {
    const own = outcomes.slice(m * seeds, (m + 1) * seeds);
    const { curve, readings } = own[0]!;
    const { rate, decay } = chosen[m]!;
    return { method, rate, decay, search: trials[m]!, scores: own.map((o) => o.score), curve, readings };
  });
  const values = (measure: 'error' | 'maxF1') => (method: string) =>
    found.find((m) => m.method === method)!.scores.map((s) => s[measure]);
  const pairs = pairsOf(names, baseline, 'gradDrop');
  const results: Results = {
    format: 'cotangent-attributes-1',
    settings,
    attributes: await attributesOf(settings),
    thresholds,
    methods: found,
    comparisons: (['error', 'maxF1'] as const).flatMap((measure) => compare(measure, pairs, values(measure))),
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
    const chosen = withTrialOptions(profiles[common.profile], own);
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
  count: ({ methods: names, seeds, ...grid }) => countTrials(names, grid) + names.length * seeds + 1,
  run,
};
