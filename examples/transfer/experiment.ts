import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, Compute, Experiment, Report } from '../report/experiment.ts';
import { compare, pairsOf } from '../training/comparisons.ts';
import { baseline } from '../training/methods.ts';
import { best, countTrials, search, type Trial } from '../training/search.ts';
import { trialOptions, withTrialOptions } from '../training/trialOptions.ts';
import { fingerprint } from '../report/fingerprint.ts';
import { refused, UsageError } from '../report/usage.ts';
import type { Outcome } from './cell.ts';
import { cifar, folders } from './data.ts';
import { methods } from './methods.ts';
import { body, csv, text } from './report.ts';
import type { LeakResult, MethodResult, Results } from './results.ts';
import type { Args, Settings } from './settings.ts';

const profiles = {
  quick: {
    rates: [0.003, 0.006],
    decays: [0.1, 1],
    searchSteps: 70,
    steps: 300,
    seeds: 5,
    batch: { source: 16, target: 16 },
    examples: { source: 2048, target: 256, validation: 512, test: 512 },
    leaks: [0, 1],
    pixels: 32,
    network: { widths: [8, 8, 16, 24, 32], features: 64 },
  },
  full: {
    rates: [0.001, 0.003, 0.01, 0.03],
    decays: [0.01, 0.1, 1],
    searchSteps: 600,
    steps: 2000,
    seeds: 5,
    batch: { source: 24, target: 8 },
    examples: { source: 20_000, target: 1000, validation: 1000, test: 2000 },
    leaks: [0, 0.25, 0.5, 0.75, 1],
    pixels: 32,
    network: { widths: [8, 16, 16, 32, 32, 64, 64], features: 128 },
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

/** The paper's leak for the source. */
const standard = 1;

const trained = (method: string, trial: Pick<Trial, 'rate' | 'decay'>, leak: number, seed: number): Cell<Args> => ({
  id: `run-${method}-${trial.rate}-${trial.decay}-leak-${leak}-${seed}`,
  what: `${method}${leak === standard ? '' : `, leak ${leak}`}, seed ${seed}`,
  args: { stage: 'run', method, rate: trial.rate, decay: trial.decay, seed, leak },
});

const searched = (method: string, { rate, decay }: Pick<Trial, 'rate' | 'decay'>): Cell<Args> => ({
  id: `search-${method}-${rate}-${decay}`,
  what: `${method}: its rate`,
  args: { stage: 'search', method, rate, decay, seed: 0, leak: standard },
});

/** Returns the leaks that are trained in addition to the standard one. */
const others = ({ leaks, methods: names }: Settings): readonly number[] =>
  names.includes('gradDrop') ? leaks.filter((leak) => leak !== standard) : [];

async function run(settings: Settings, compute: Compute): Promise<Report> {
  const { methods: names } = settings;
  const seeds = Array.from({ length: settings.seeds }, (_, i) => i + 1);
  const trials = await search(names, settings, compute, searched);
  const chosen = names.map((method, m) => best(method, trials[m]!));
  const drop = chosen[names.indexOf('gradDrop')];
  const cells = [
    ...names.flatMap((method, m) => seeds.map((seed) => trained(method, chosen[m]!, standard, seed))),
    ...others(settings).flatMap((leak) => seeds.map((seed) => trained('gradDrop', drop!, leak, seed))),
  ];
  const outcomes = (await compute<Args, Outcome>(cells)) as Extract<Outcome, { score: unknown }>[];
  const scoresAt = (i: number) => outcomes.slice(i * seeds.length, (i + 1) * seeds.length).map((o) => o.score);
  const found = names.map((method, m): MethodResult => {
    const { rate, decay } = chosen[m]!;
    return { method, rate, decay, search: trials[m]!, scores: scoresAt(m), curve: outcomes[m * seeds.length]!.curve };
  });
  const leaks: LeakResult[] = others(settings).map((leak, i) => ({ leak, scores: scoresAt(names.length + i) }));
  if (drop) leaks.push({ leak: standard, scores: found[names.indexOf('gradDrop')]!.scores });
  leaks.sort((a, b) => a.leak - b.leak);
  const values = (measure: 'error' | 'loss') => (method: string) =>
    found.find((m) => m.method === method)!.scores.map((s) => s[measure]);
  const byLeak = (name: string) => leaks.find((l) => `leak ${l.leak}` === name)!.scores.map((s) => s.error);
  const pairs = pairsOf(names, baseline, 'gradDrop');
  const leakPairs = others(settings).map((leak) => [`leak ${leak}`, `leak ${standard}`] as const);
  const results: Results = {
    format: 'cotangent-transfer-1',
    settings,
    methods: found,
    leaks,
    comparisons: [
      ...(['error', 'loss'] as const).flatMap((measure) => compare(measure, pairs, values(measure))),
      ...compare('error by leak', leakPairs, byLeak),
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
    const chosen = withTrialOptions(profiles[common.profile], own);
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
  count: (settings) =>
    countTrials(settings.methods, settings) + settings.seeds * (settings.methods.length + others(settings).length),
  run,
};
