import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cell, type Read } from '../../examples/attributes/cell.ts';
import { attributes } from '../../examples/attributes/experiment.ts';
import { scoreOf, thresholds } from '../../examples/attributes/metrics.ts';
import type { Results } from '../../examples/attributes/results.ts';
import type { Args, Settings } from '../../examples/attributes/settings.ts';
import { initState, taskOf, type Batch } from '../../examples/attributes/task.ts';
import { words } from '../../examples/attributes/words.ts';
import { Stopped, type Cell, type Compute, type Report } from '../../examples/report/experiment.ts';
import { fit, NotFinite } from '../../examples/training/fit.ts';
import { compareAll } from '../../examples/training/comparisons.ts';
import { keepGood } from '../../examples/training/keepGood.ts';
import { baseline, methodOf, methods } from '../../examples/training/methods.ts';
import { valuesFor } from '../../examples/training/tables.ts';
import { stepOf } from '../../examples/training/step.ts';
import { key, random, realize, setDevice, tensor, type Tensor } from '../../src/index.ts';
import { load } from '../../src/data/index.ts';

await setDevice('webasm');

const place = { folder: mkdtempSync(join(tmpdir(), 'attributes-')) };
afterAll(() => rmSync(place.folder, { recursive: true, force: true }));

const settings: Settings = {
  profile: 'quick',
  device: 'webasm',
  seed: 0,
  methods: [baseline, 'tunedSum', 'mgda', 'gradDrop'],
  data: null,
  rates: [0.01, 0.03],
  decays: [0.1],
  widen: 0,
  searchSeeds: 1,
  detect: 1,
  watch: 8,
  steps: 4,
  seeds: 2,
  batch: 8,
  speedBatch: 8,
  readEvery: 2,
  pixels: 32,
  examples: { train: 32, validation: 16, test: 24 },
  network: { widths: [2, 2, 2, 2, 2, 2, 4], features: 8 },
};

describe('scores', () => {
  test('error is the share on the wrong side of ½, F1 that of TP over TP and half of what is wrong', () => {
    const logits = [[3, 1, -1, -3], [2, 2, 2, 2]]; // prettier-ignore
    const labels = [[1, 0, 1, 0], [1, 1, 1, 1]]; // prettier-ignore
    const { error, f1, maxF1, loss, chance } = scoreOf(logits, labels);
    expect(error).toBe(2 / 8);
    expect(chance).toBe(2 / 8);
    const half = thresholds.indexOf(0.5);
    expect(f1[half]).toBeCloseTo((2 / (2 + 1 + 1) + 1) / 2, 6);
    // Between σ(−3) and σ(−1) three of the first are said to be there, two of them rightly.
    expect(f1[thresholds.indexOf(0.2)]).toBeCloseTo((4 / 5 + 1) / 2, 6);
    expect(maxF1).toBe(Math.max(...f1));
    const each = (z: number, y: number): number => -Math.log(1 / (1 + Math.exp(y === 1 ? -z : z)));
    const losses = logits.flatMap((row, a) => row.map((z, i) => each(z, labels[a]![i]!)));
    expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 8, 5);
  });

  test('an attribute that is never there and never said has F1 0, not NaN', () => {
    expect(scoreOf([[-9, -9]], [[0, 0]]).f1.every((x) => x === 0)).toBe(true);
  });
});

const lanes = 5;
const batch: Batch = {
  images: random.uniform(key(1), [6, 3, 32, 32]),
  labels: random.uniform(key(2), [6, lanes]).less(0.4),
};
const one = { ...settings, network: { widths: [2, 2, 2, 2, 2, 2, 4], features: 8 } };
const flat = async (tree: Tensor): Promise<number[]> => Array.from(await tree.data());

describe('a step', () => {
  const after = async (name: string, reading = false) => {
    const step = stepOf(taskOf(lanes), methodOf(name), { decay: 0, reading });
    const result = step(initState(one, lanes, 0, key(3)), batch, key(4), tensor(0.01));
    await realize([result.state, result.losses]);
    return result;
  };

  test('reading the node changes nothing that is trained, and for the baseline neither does the node', async () => {
    for (const name of [baseline, 'gradDrop']) {
      const [bare, read] = [await after(name), await after(name, true)];
      expect(bare.report).toBeNull();
      const [a, b] = [await flat(bare.state.params.trunk[0]!.weight), await flat(read.state.params.trunk[0]!.weight)];
      a.forEach((x, i) => expect(x).toBeCloseTo(b[i]!, 4));
      expect(await read.report!.share.item()).toBeGreaterThan(0);
    }
  });

  test.each(methods.map((m) => m.name))('%s has the same losses at first and finite weights after', async (name) => {
    const [first, own] = [await after(baseline), await after(name)];
    const [a, b] = [await flat(first.losses), await flat(own.losses)];
    expect(b.length).toBe(lanes);
    a.forEach((x, i) => expect(x).toBeCloseTo(b[i]!, 5));
    for (const layer of own.state.params.trunk)
      expect((await flat(layer.weight)).every((x) => Number.isFinite(x))).toBe(true);
  });
});

test('a training whose losses are NaN stops with the step, the losses, and the last good weights in a file', async () => {
  async function* broken(): AsyncGenerator<Batch> {
    for (let i = 0; ; i++) yield i < 2 ? batch : { ...batch, images: batch.images.mul(NaN) };
  }
  const given = {
    task: taskOf(lanes),
    method: methodOf(baseline),
    steps: 5,
    rate: 0.01,
    decay: 0,
    key: key(5),
    readEvery: 0,
  };
  const state = initState(one, lanes, 0, key(3));
  const error: unknown = await fit({ ...given, state, batches: broken() }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(NotFinite);
  expect(error).toMatchObject({ step: 2 });
  const folder = join(place.folder, 'checkpoints');
  const line =
    /baseline: the losses are not finite at step 2: NaN, .*; the weights before the last good step are in .*safetensors/;
  const kept = keepGood(error, 'baseline', folder);
  await expect(kept).rejects.toThrow(line);
  await expect(kept).rejects.toBeInstanceOf(Stopped);
  const [file] = readdirSync(folder);
  const { tree } = (await load(join(folder, file!))) as { tree: { params: { trunk: { weight: Tensor }[] } } };
  expect((await flat(tree.params.trunk[0]!.weight)).every((x) => Number.isFinite(x))).toBe(true);
});

describe('a whole run', () => {
  let report: Report;
  let results: Results;
  const seen: Cell<Args>[] = [];
  beforeAll(async () => {
    const compute: Compute = async <A, R>(cells: readonly Cell<A>[]) => {
      const found: unknown[] = [];
      for (const c of cells) {
        seen.push(c as unknown as Cell<Args>);
        found.push(await cell(settings, c.args as Args, place));
      }
      return found as R[];
    };
    report = await attributes.run(settings, compute);
    results = report.results as Results;
  }, 120_000);

  test('tries each rate, trains each seed at the best, and measures speed last', () => {
    expect(seen.length).toBe(attributes.count(settings));
    expect(new Set(seen.map((c) => c.id)).size).toBe(seen.length);
    expect(seen.at(-1)!.args.stage).toBe('speed');
    for (const { search, scores, courses } of results.methods) {
      const trials = [...search.grid, ...search.finer];
      expect(search.chosen.error).toBe(Math.min(...trials.map((t) => t.error!)));
      // Two rates of the grid, and one more: a decay or a finer rate.
      expect(trials.length).toBe(3);
      expect(scores.length).toBe(2);
      expect(courses.map((course) => course.at(-1)!.step)).toEqual([4, 4]);
    }
    const runSeeds = new Set(seen.flatMap((c) => (c.args.stage === 'run' ? [c.args.seed] : [])));
    for (const { args } of seen) if (args.stage === 'search') expect(runSeeds.has(args.seed)).toBe(false);
  });

  test('the same cell gives the same numbers again', async () => {
    const again = (await cell(settings, seen[0]!.args, place)) as Read;
    expect(again.score.error).toBe(results.methods[0]!.search.grid[0]!.error);
  });

  test('the report has the table, the figures and the words, and nothing from elsewhere', () => {
    for (const label of [
      'Test errors',
      'Validation error by rate',
      'Errors over training',
      'F1 curves',
      'Share of gradients passed',
      'Purities',
      'Training losses',
    ])
      expect(report.body).toContain(`aria-label="${label}"`);
    expect(report.body).not.toMatch(/<script|<img|NaN|undefined|Infinity/);
    for (const line of words(results)) expect(report.text).toContain(line);
    expect(report.csv.trim().split('\n').length).toBe(1 + settings.methods.length * settings.seeds);
  });

  test('two rates, one search seed and two seeds allow no conclusion, no test and no bold cell', () => {
    expect(results.standing.reasons.length).toBe(3);
    expect(results.comparisons).toEqual([]);
    expect(words(results)[0]).toMatch(
      /^No conclusion is drawn and no test is made, because rates are chosen from 2, .*, and rates are chosen with 1 seed, .*, and there are 2 seeds, and \d+ are needed/,
    );
    expect(report.text + report.body).not.toMatch(/better|worse|<strong>|Holm\)/);
  });

  test('the paper’s numbers stand only beside CelebA', async () => {
    expect(report.text + report.body).not.toMatch(/the paper, CelebA|8\.52 . 29\.57/);
    const { body } = await import('../../examples/attributes/report.ts');
    expect(body({ ...results, settings: { ...settings, data: 'CelebA' } })).toMatch(
      /the paper, CelebA.*8\.52 . 29\.57/s,
    );
  });

  test('where tests were made, sentences and bold cells follow them and nothing else', async () => {
    const { body } = await import('../../examples/attributes/report.ts');
    const at = (error: number): Results => {
      const own = results.methods.map((m, i) => ({
        ...m,
        others: [],
        scores: [0, 1, 2, 3, 4, 5].map((k) => ({
          ...m.scores[0]!,
          error: (m.method === 'gradDrop' ? error : 0.3 + i / 1e4) + ((k * (i + 3)) % 5) / 1e3,
        })),
      }));
      const standing = { reasons: [], unsettled: [], compared: settings.methods };
      return {
        ...results,
        methods: own,
        standing,
        comparisons: compareAll({ key: 'error', better: -1 }, settings.methods, valuesFor(own, 'error')),
      };
    };
    const [low, high, same] = [at(0.1), at(0.5), at(0.3)];
    expect(words(low)).toContain(
      'gradDrop in error: better than baseline, tunedSum, mgda; worse than none; not told apart from none.',
    );
    expect(words(high)).toContain(
      'gradDrop in error: better than none; worse than baseline, tunedSum, mgda; not told apart from none.',
    );
    expect(words(same)).toContain(
      'gradDrop in error: better than none; worse than none; not told apart from baseline, tunedSum, mgda.',
    );
    expect(body(low)).toMatch(/<td>gradDrop<\/td><td>[^<]*<\/td><td><strong>10\./);
    for (const other of [high, same]) expect(body(other)).not.toMatch(/<td>\w+<\/td><td>[^<]*<\/td><td><strong>/);
  });
});

test('a folder that is not CelebA’s is refused before anything starts', async () => {
  const common = { profile: 'quick', device: 'cpu', seed: 0, methods: [] } as const;
  await expect(attributes.settings(common, { data: place.folder })).rejects.toThrow(
    /--data must name a folder with CelebA's list_attr_celeba\.txt/,
  );
  expect(existsSync(place.folder)).toBe(true);
});
