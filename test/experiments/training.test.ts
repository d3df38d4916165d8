import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { caution, compare, needed, pairsOf } from '../../examples/training/comparisons.ts';
import { attempt } from '../../examples/training/attempt.ts';
import type { Fit } from '../../examples/training/fit.ts';
import { methodOf } from '../../examples/training/methods.ts';
import { best } from '../../examples/training/search.ts';
import { withTrialOptions } from '../../examples/training/trialOptions.ts';
import { verdict } from '../../examples/training/verdict.ts';
import { Stopped } from '../../examples/report/experiment.ts';
import { initState, mixed, type Batch } from '../../examples/transfer/task.ts';
import { key, random, setDevice, tensor } from '../../src/index.ts';

await setDevice('webasm');
const folder = mkdtempSync(join(tmpdir(), 'training-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the clearest of 19 differences over 3 seeds must be 19.5 standard errors, over 5 seeds 6.7', () => {
  // The points of Student's distribution at 0.05/38.
  expect(needed(3, 19)).toBeCloseTo(19.45509, 4);
  expect(needed(5, 19)).toBeCloseTo(6.66588, 4);
  expect(needed(2, 1)).toBeCloseTo(12.7062, 4);
  expect(caution(3, 19).join()).toMatch(/With 3 seeds and 19 comparisons .* 19\.5 .*only large ones can be seen/);
  expect(caution(1, 2).join()).toMatch(/^One seed tells nothing apart/);
  expect(caution(3, 0)).toEqual([]);
});

test('comparisons are corrected together, and the verdict says better and worse', () => {
  const errors: Record<string, number[]> = {
    baseline: [0.5, 0.51, 0.49, 0.5, 0.505],
    gradDrop: [0.4, 0.411, 0.388, 0.401, 0.404],
    mgda: [0.3, 0.312, 0.29, 0.3, 0.306],
  };
  const names = Object.keys(errors);
  const comparisons = compare('error', pairsOf(names, 'baseline', 'gradDrop'), (m) => errors[m]!);
  expect(comparisons.map((c) => `${c.method} ${c.against}`)).toEqual([
    'gradDrop baseline',
    'mgda baseline',
    'gradDrop mgda',
  ]);
  const scored = names.map((method) => ({ method, scores: errors[method]!.map((error) => ({ error })) }));
  expect(verdict(scored, comparisons, (x) => x.toFixed(2)).join()).toBe(
    'GradDrop does not have the least mean error: mgda has, 0.30. It is significantly better in error than baseline, ' +
      'and not than the others. It is significantly worse than mgda.',
  );
  expect(verdict(scored.slice(0, 1), [], String)).toEqual([]);
});

describe('a rate that is too high', () => {
  const batch: Batch = {
    source: { images: random.uniform(key(1), [4, 3, 16, 16]), labels: tensor([0, 1, 2, 3]) },
    target: { images: random.uniform(key(2), [4, 3, 16, 16]), labels: tensor([0, 1, 1, 0]) },
  };
  async function* same(): AsyncGenerator<Batch> {
    for (;;) yield batch;
  }
  const given = (): Fit<Batch> => ({
    task: mixed(1),
    method: methodOf('baseline'),
    state: initState(
      { network: { widths: [2, 2, 2], features: 4 } },
      { source: 4, target: 2 },
      { lanes: 2, decay: 0, key: key(3) },
    ),
    batches: same(),
    steps: 4,
    rate: 1e30,
    decay: 0,
    key: key(4),
    readEvery: 0,
  });
  const line = /^sum: the losses are not finite at step 1: NaN, NaN; the weights before .* are in .*safetensors$/;

  test('is a result of the search, with the step, the losses and a checkpoint', async () => {
    const found = await attempt(given(), { what: 'sum', folder, search: true });
    expect(found).toMatch(line);
    const trial = { rate: 1e30, decay: 0, error: null, failed: found as string };
    expect(() => best('sum', [trial])).toThrow(/^sum: no rate of 1e\+30 keeps the losses finite; sum: the losses/);
    expect(best('sum', [trial, { rate: 0.1, decay: 0, error: 0.5 }]).rate).toBe(0.1);
  });

  test('ends a run', async () => {
    const run = attempt(given(), { what: 'sum', folder, search: false });
    await expect(run).rejects.toBeInstanceOf(Stopped);
    await expect(run).rejects.toThrow(line);
  });
});

test('rates, steps and seeds can be given; a search is never longer than what it is for', () => {
  const profile = { rates: [0.1], searchSteps: 50, steps: 100, seeds: 3, batch: 8 };
  expect(withTrialOptions(profile, {})).toEqual(profile);
  expect(withTrialOptions(profile, { rates: '0.3, 0.01', steps: '20', seeds: '7' })).toEqual({
    rates: [0.01, 0.3],
    searchSteps: 20,
    steps: 20,
    seeds: 7,
    batch: 8,
  });
  expect(() => withTrialOptions(profile, { rates: '0.3, 0.01,0.3' })).toThrow(
    '--rates must name each rate once, got 0.3 twice',
  );
  for (const rates of ['x', '0', '-1', '1,,2', 'Infinity'])
    expect(() => withTrialOptions(profile, { rates })).toThrow(/--rates must be positive numbers/);
  expect(() => withTrialOptions(profile, { seeds: '0' })).toThrow(/--seeds must be a whole number from 1/);
});
