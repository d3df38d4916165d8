import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare, type MethodChoice } from '../../examples/compare/index.ts';
import type { Compared } from '../../examples/compare/compare.ts';
import type { Settings } from '../../examples/compare/comparison.ts';
import type { Training } from '../../examples/training/training.ts';
import { taskOf, initState } from '../../examples/compare/task.ts';
import type { Results } from '../../examples/compare/report.ts';
import type { Any } from '../../examples/compare/evaluate.ts';
import { experiment as flowers } from '../../examples/own/flowers.ts';
import type { Cell, Compute, Report } from '../../examples/report/experiment.ts';
import { UsageError } from '../../examples/report/usage.ts';
import { methodOf } from '../../examples/training/methods.ts';
import { stepOf } from '../../examples/training/step.ts';
import { key, nn, realize, setDevice, tensor, type Tensor } from '../../src/index.ts';
import { dataset } from '../../src/data/index.ts';

await setDevice('webasm');

const place = { folder: mkdtempSync(join(tmpdir(), 'compare-')) };
afterAll(() => rmSync(place.folder, { recursive: true, force: true }));

const common = { profile: 'quick', device: 'webasm', seed: 0 } as const;

/** Computes the cells of an experiment in this thread. */
const computeBy =
  (experiment: Compared, settings: Settings, seen: Training[]): Compute =>
  async <A, R>(cells: readonly Cell<A>[]) => {
    const found: unknown[] = [];
    for (const { args } of cells) {
      seen.push(args as unknown as Training);
      found.push(await experiment.cell(settings, args as unknown as Training, place));
    }
    return found as R[];
  };

describe('the example with a rule, data and a model of its own', () => {
  let report: Report;
  let results: Results;
  const seen: Training[] = [];
  beforeAll(async () => {
    const settings = await flowers.settings(
      { ...common, methods: flowers.methods },
      { steps: '12', rates: '0.01,0.03' },
    );
    report = await flowers.run(settings, computeBy(flowers, settings, seen));
    results = report.results as Results;
    expect(seen.length).toBe(flowers.count(settings));
  }, 120_000);

  test('trains every method at rates of its own, and reports every metric and the mean loss', () => {
    expect(results.methods.map((m) => m.method)).toEqual(['baseline', 'gradDrop', 'equalLengths']);
    expect(results.measures).toEqual(['wrong kinds', 'squared age', 'loss']);
    for (const { scores, courses } of results.methods) {
      expect(scores.length).toBe(3);
      for (const s of scores) expect(s.error).toBe(s['wrong kinds']);
      expect(courses[0]!.at(-1)!.test).toBe(scores[0]!.error);
    }
  });

  test('has a report with its title, its figures and no conclusion from so few trainings', () => {
    expect(report.title).toBe('Kind and age of a flower');
    for (const label of ['Test errors', 'Validation error by rate', 'Errors over training', 'Training losses'])
      expect(report.body).toContain(`aria-label="${label}"`);
    expect(report.text).toMatch(/No conclusion is drawn/);
    expect(report.text + report.body).not.toMatch(/<script|<img|NaN|undefined|Infinity|better than|<strong>/);
    expect(report.csv.split('\n')[0]).toBe('method,rate,decay,seed,test wrong kinds,test squared age,test loss');
  });

  test('the same cell gives the same numbers again, and another method from the same weights', async () => {
    const args = seen.find((a) => a.stage === 'run')!;
    const again = await flowers.cell(results.settings, args, place);
    expect(again).toMatchObject({ score: results.methods[0]!.scores[0] });
  });

  test('the whole protocol is the default of --full', async () => {
    const full = await flowers.settings({ ...common, profile: 'full', methods: flowers.methods }, {});
    // Three pairs at 5 % after Holm.
    expect(full).toMatchObject({ rates: [0.001, 0.0032, 0.01, 0.032, 0.1], searchSeeds: 3, seeds: 14, widen: 6 });
  });
});

/** Two numbers to be learned from one; the parts can be replaced. */
const lines = dataset({
  x: { data: Float32Array.from({ length: 40 }, (_, i) => i / 20 - 1), shape: [40, 1] },
  up: { data: Float32Array.from({ length: 40 }, (_, i) => i / 10), shape: [40] },
});
const small = {
  name: 'lines',
  model: {
    init: (k: ReturnType<typeof key>) => ({ trunk: nn.linear.init(k, 1, 3), heads: nn.linear.init(k, 3, 1) }),
    trunk: (trunk: ReturnType<typeof nn.linear.init>, { x }: { x: Tensor }) => nn.linear(trunk, x).tanh(),
    heads: { y: (heads: ReturnType<typeof nn.linear.init>, h: Tensor) => nn.linear(heads, h).squeeze({ axis: 1 }) },
  },
  data: { train: lines, validation: lines, test: lines },
  losses: {
    y: (y: Tensor, { up }: { up: Tensor }) => y.sub(up).square().mean(),
    low: { head: 'y' as const, of: (y: Tensor) => y.square().mean() },
  },
  methods: ['baseline', 'gradDrop'] as MethodChoice[],
  steps: 3,
};

test('losses that share a head have a lane each, and the sum of the lanes is the derivative of their sum', async () => {
  const experiment = compare(small);
  expect(experiment.methods).toEqual(['baseline', 'gradDrop']);
  const given = small as unknown as Any;
  const task = taskOf(given);
  expect(task.lanes).toBe(2);
  const after = async (reading: boolean): Promise<number[]> => {
    const step = stepOf(task, methodOf('baseline'), { decay: 0, reading });
    const batch = { x: tensor([[0.5], [-1]]), up: tensor([1, 2]) };
    const { state, losses } = step(initState(given, key(1), 0), batch, key(2), tensor(0.1));
    await realize([state.params, losses]);
    return Array.from(await (state.params.trunk as { weight: Tensor }).weight.data());
  };
  // Without reading there are no lanes at all.
  const [bare, read] = [await after(false), await after(true)];
  bare.forEach((x, i) => expect(x).toBeCloseTo(read[i]!, 5));
});

/** Never called: the compiler must refuse these. */
export const refusedByTypes = (): unknown[] => [
  // @ts-expect-error There is no method of this name.
  compare({ ...small, methods: ['baseline', 'gradDrp'] }),
  // @ts-expect-error There is no head of this name.
  compare({ ...small, losses: { ...small.losses, low: { head: 'z', of: small.losses.y } } }),
  // @ts-expect-error A batch has no part of this name.
  compare({ ...small, losses: { ...small.losses, y: (y: Tensor, { down }: { down: Tensor }) => y.sub(down).sum() } }),
];

test('what is missing or contradicts itself is one line before anything starts', () => {
  const cases: [object, RegExp][] = [
    [{ name: 'a b' }, /^compare: name must have letters/],
    [{ losses: { y: small.losses.y } }, /^compare: losses must name two losses or more/],
    [
      { losses: { y: small.losses.y, z: small.losses.y } },
      /^compare: loss 'z' must have a head of that name, or \{ head, of \} with one of y$/,
    ],
    [{ methods: ['baseline'] }, /^compare: there must be two methods or more, got 1/],
    [
      { methods: ['baseline', 'gradDrp'] },
      /^compare: a method must be one of .*, got 'gradDrp'; did you mean gradDrop\?/,
    ],
    [
      { methods: ['baseline', { baseline: () => (g: Tensor) => g.sum({ axis: 0 }) }] },
      /^compare: each method must have a name of its own/,
    ],
    [{ methods: ['baseline', { mine: 3 }] }, /^compare: method 'mine' must be a function from a key to a rule/],
    [{ steps: 0 }, /^compare: steps must be a positive integer, got 0/],
    [{ detect: 0 }, /^compare: detect must be from 0\.1 to 10, got 0/],
    [{ decays: [0] }, /^compare: decays must be positive, got 0/],
    [{ rates: [0.1, 0.01] }, /^compare: rates must be positive and ascending, got 0\.1, 0\.01/],
    [{ metrics: { loss: small.losses.y } }, /^compare: a metric must not be called 'loss'/],
  ];
  for (const [change, line] of cases) {
    const made = (): unknown => compare({ ...small, ...change } as typeof small);
    expect(made).toThrow(line);
    expect(made).toThrow(UsageError);
  }
});

test('a rule, a loss or a batch of a wrong shape is one line before anything starts', async () => {
  const refused = async (change: object, line: RegExp): Promise<void> => {
    const made = compare({ ...small, ...change } as typeof small);
    const settings = Promise.resolve(made.settings({ ...common, methods: made.methods }, {}));
    await expect(settings).rejects.toThrow(line);
    await expect(settings).rejects.toBeInstanceOf(UsageError);
  };
  await refused(
    { methods: ['baseline', { mine: () => (g: Tensor) => g }] },
    /^compare: method 'mine': fanOut: the rule must return shape \[32, 3\], got \[2, 32, 3\]$/,
  );
  await refused(
    { losses: { ...small.losses, y: (y: Tensor) => y } },
    /^compare: the model on the test examples: loss 'y' must have shape \[\], got \[8/,
  );
  await refused(
    { losses: { y: (y: Tensor) => y, low: { head: 'y', of: (y: Tensor) => y } } },
    /^compare: the model on the test examples: loss '.*' must have shape \[\], got \[8\]$/,
  );
  // A row for each example and a column would be broadcast to a table.
  await refused(
    { metrics: { wrong: (_: unknown, batch: { readonly up: Tensor }) => batch.up.unsqueeze(1) } },
    /^compare: the model on the test examples: metric 'wrong' must have shape \[8\], got \[8, 1\]$/,
  );
  await refused({ batch: 64 }, /^compare: a batch has 64 examples, and there are 40 to train with$/);
});
