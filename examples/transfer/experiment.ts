import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Compute, Experiment, Report } from '../report/experiment.ts';
import { compareAll } from '../training/comparisons.ts';
import { methodResult } from '../training/methodResult.ts';
import { baseline, methodOf } from '../training/methods.ts';
import { carryOut, countTrainings, fullSearch, type Plan } from '../training/protocol.ts';
import { standingOf } from '../training/standing.ts';
import { trainingCell, type Trained } from '../training/training.ts';
import { valuesFor } from '../training/tables.ts';
import { trialOptions, withTrialOptions } from '../training/trialOptions.ts';
import { fingerprint } from '../report/fingerprint.ts';
import { refused, UsageError } from '../report/usage.ts';
import type { Score } from './cell.ts';
import { cifar, folders } from './data.ts';
import { methodFor, methods, variants, type Variant } from './methods.ts';
import { body, csv, text } from './report.ts';
import type { VariantResult, Results } from './results.ts';
import type { Args, Settings } from './settings.ts';
import { byLeak, measures } from './words.ts';

const profiles = {
  quick: {
    rates: [0.0032, 0.01, 0.032],
    decays: [0.1],
    widen: 0,
    steps: 200,
    searchSeeds: 1,
    seeds: 3,
    detect: 1,
    watch: 64,
    batch: { source: 16, target: 16 },
    examples: { source: 2048, target: 256, validation: 512, test: 512 },
    leaks: [0, 1],
    pixels: 32,
    network: { widths: [8, 8, 16, 24, 32], features: 64 },
  },
  full: {
    ...fullSearch,
    steps: 300,
    watch: 128,
    batch: { source: 16, target: 16 },
    examples: { source: 4096, target: 512, validation: 1024, test: 1024 },
    leaks: [0, 0.5, 1],
    pixels: 32,
    network: { widths: [8, 8, 16, 24, 32], features: 64 },
  },
};

/** The methods that a quick run leaves out. */
const slow = ['clipped', 'penalty', 'pcgrad', 'gradNormRandom', 'gradNormGradDrop'];

/**
 * Returns the folder. Throws a usage error unless it has the folders of both archives, unpacked.
 */
function checkData(data: string): string {
  for (const folder of Object.values(folders))
    if (!existsSync(join(data, folder)))
      throw new UsageError(
        `--data must name a folder with ${Object.values(folders).join(' and ')}, got '${data}' without ${folder}`,
      );
  return data;
}

const variantsOf = ({ methods: names, leaks }: Settings): Variant[] => variants(names, leaks);

const planOf = (settings: Settings): Plan<Args> => ({
  names: variantsOf(settings).map((v) => v.name),
  compared: settings.methods.length,
  decaying: (name) => methods.includes(name) && methodOf(methodFor(name)).decays === true,
  cellOf(stage, name, at, seed) {
    const { method, leak } = variantsOf(settings).find((v) => v.name === name)!;
    return trainingCell({ stage, method, ...at, seed }, { leak }, name);
  },
});

async function run(settings: Settings, compute: Compute): Promise<Report> {
  const all = variantsOf(settings);
  const carried = await carryOut<Args, Trained<Score>>(planOf(settings), settings, compute);
  const found = carried.map((method, v): VariantResult => ({ ...methodResult(method), leak: all[v]!.leak }));
  const main = found.slice(0, settings.methods.length);
  const leaks = found.filter((_, v) => all[v]!.method === 'gradDrop');
  leaks.sort((a, b) => a.leak - b.leak);
  const [ofMethods, ofLeaks] = [standingOf(settings, main), standingOf(settings, leaks)];
  const results: Results = {
    format: 'cotangent-transfer-2',
    settings,
    methods: main,
    leaks,
    standing: ofMethods,
    leakStanding: ofLeaks,
    comparisons: [
      ...Object.values(measures).flatMap((measure) =>
        compareAll(measure, ofMethods.compared, valuesFor(main, measure.key)),
      ),
      ...compareAll(byLeak, ofLeaks.compared, valuesFor(leaks, 'error')).map((c) => ({ ...c, measure: byLeak.key })),
    ],
  };
  return {
    title: 'From a large set to a small one',
    text: text(results),
    body: body(results),
    csv: csv(results),
    results,
  };
}

/**
 * Table 2 and Figure 4 of the paper: a large source set and a small target set, trained together in
 * mixed batches.
 */
export const transfer: Experiment<Settings> = {
  name: 'transfer',
  summary:
    'Table 2 and Figure 4: a large set beside a small one in mixed batches; error of every method, a sweep of leaks',
  methods,
  usual: (profile) => methods.filter((name) => profile === 'full' || !slow.includes(name)),
  needed: [baseline],
  options: [
    { name: 'data', value: 'folder', text: `CIFAR in place of made things: ${Object.values(folders).join(' and ')}` },
    ...trialOptions,
  ],
  async settings(common, own) {
    const chosen = withTrialOptions(profiles[common.profile], own, common.methods.length);
    if (own.data === undefined) return { ...common, ...chosen, data: null };
    const data = checkData(own.data);
    const { source, target, validation, test } = await cifar(data, chosen).catch(refused('data'));
    const examples = { source: source.size, target: target.size, validation: validation.size, test: test.size };
    const files = Object.values(folders).flatMap((name) =>
      readdirSync(join(data, name))
        .sort()
        .map((file) => join(data, name, file)),
    );
    return { ...common, ...chosen, data, dataHash: await fingerprint(files), examples };
  },
  memory: ({ examples, pixels, network }) => {
    const stored = Object.values(examples).reduce((a, b) => a + b) * 3 * pixels ** 2;
    return 1e8 + stored + 4 * 12 * 64 * network.widths[0]! * pixels ** 2 * 2;
  },
  count: (settings) => countTrainings(planOf(settings), settings),
  run,
};
