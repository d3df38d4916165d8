import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { attempt } from '../../examples/training/attempt.ts';
import type { Fit } from '../../examples/training/fit.ts';
import { methodOf } from '../../examples/training/methods.ts';
import { best } from '../../examples/training/search.ts';
import { spreadOf } from '../../examples/training/speed.ts';
import { speedWords } from '../../examples/training/speedWords.ts';
import { withTrialOptions } from '../../examples/training/trialOptions.ts';
import { Stopped } from '../../examples/report/experiment.ts';
import { initState, mixed, type Batch } from '../../examples/transfer/task.ts';
import { key, random, setDevice, tensor } from '../../src/index.ts';

await setDevice('webasm');
const folder = mkdtempSync(join(tmpdir(), 'training-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
    const trial = { rate: 1e30, decay: 0, errors: [], error: null, failed: found as string };
    expect(() => best('sum', [trial])).toThrow(/^sum: no rate of 1e\+30 keeps the losses finite; sum: the losses/);
    expect(best('sum', [trial, { rate: 0.1, decay: 0, errors: [0.5], error: 0.5 }]).rate).toBe(0.1);
  });

  test('ends a run', async () => {
    const run = attempt(given(), { what: 'sum', folder, search: false });
    await expect(run).rejects.toBeInstanceOf(Stopped);
    await expect(run).rejects.toThrow(line);
  });
});

test('rates, steps and seeds can be given; without seeds there are as many as the power needs', () => {
  const profile = { rates: [0.1], decays: [], widen: 4, searchSeeds: 3, steps: 100, detect: 1, batch: 8 };
  expect(withTrialOptions(profile, {}, 2)).toEqual({ ...profile, seeds: 10 });
  expect(withTrialOptions({ ...profile, seeds: 3 }, {}, 2).seeds).toBe(3);
  expect(withTrialOptions(profile, { detect: '0.5' }, 2)).toMatchObject({ detect: 0.5, seeds: 34 });
  // A list of rates is what the user wants tried, so it is not extended.
  expect(withTrialOptions(profile, { rates: '0.3, 0.01', steps: '20', seeds: '7' }, 2)).toEqual({
    ...profile,
    rates: [0.01, 0.3],
    widen: 0,
    steps: 20,
    seeds: 7,
  });
  expect(() => withTrialOptions(profile, { rates: '0.3, 0.01,0.3' }, 2)).toThrow(
    '--rates must name each rate once, got 0.3 twice',
  );
  for (const rates of ['x', '0', '-1', '1,,2', 'Infinity'])
    expect(() => withTrialOptions(profile, { rates }, 2)).toThrow(/--rates must be positive numbers/);
  expect(() => withTrialOptions(profile, { seeds: '0' }, 2)).toThrow(/--seeds must be a whole number from 1/);
  for (const detect of ['x', '0', '', '-1', '99'])
    expect(() => withTrialOptions(profile, { detect }, 2)).toThrow(/--detect must be a number from 0\.1 to 10/);
});

test('speed is the median and the quartiles of ratios, and a spread around 1 is no finding', () => {
  expect(spreadOf([4, 1, 3, 2, 5])).toEqual({ median: 3, lower: 2, upper: 4 });
  const speed = (method: string, lower: number, upper: number) =>
    ({
      method,
      reading: false,
      median: 1,
      quartiles: [1, 1],
      relative: { median: (lower + upper) / 2, lower, upper },
    }) as const;
  const [line] = speedWords(
    [speed('baseline', 1, 1), speed('a', 0.5, 0.7), speed('b', 0.9, 1.02), speed('c', 1.1, 1.3)],
    5,
  );
  expect(line).toMatch(
    /Slower: a 0\.60 \(0\.50 to 0\.70\); faster: c 1\.20 .*; quartiles around 1, so nothing is said: b 0\.96/,
  );
});
