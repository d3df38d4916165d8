import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { random, setDevice } from '../../src/index.ts';
import { caseClaim, claims, verify, type Claim } from '../../src/testing/index.ts';

beforeAll(async () => {
  await setDevice('reference');
});
afterAll(async () => {
  await setDevice('webasm');
});

test('draws that are not those of the generator, or lean, are noticed', async () => {
  const uniform = random.uniform.bind(random);
  const draws = vi.spyOn(random, 'uniform').mockImplementation((key, shape) => uniform(key, shape).square());
  try {
    const about = ['uniform-bits', 'uniform-independent'].map(find);
    const { results } = await verify({ claims: about });
    expect(results.map((r) => [r.claim, r.outcome])).toEqual([
      ['uniform-bits', 'fails'],
      ['uniform-independent', 'fails'],
    ]);
    expect(results[1]!.counterexample!.numbers).toBe('χ² of 1023 intervals: 262144 draws of key(1)');
  } finally {
    draws.mockRestore();
  }
});

const find = (name: string): Claim => claims.find((c) => c.name === name)!;

/** Counterexamples that cannot be smaller, whatever the seed. */
const smallest: Readonly<Record<string, RegExp>> = {
  'prop1-leaks-naive': /^g = \(1, -1\), k = 1, leak = \(1, 1\)$/,
  'prop1-sign-of-zero-dropped': /^g = \(1\), k = 1, A = 0$/,
  'prop1-virtual-weight-printed': /^A = \(-?1, -?2\), g = \[\[-?1, -?1\]\] \(losses × examples\), k = 1$/,
  'prop2-literal-random-graddrop': /^k = 0; L_1 = 1 \(w − 0\)²\/2, L_2 = 2 \(w − 1\)²\/2; w moves from 0 to 1$/,
  'prop1-batch-elementwise': /^A = \(-?1, -?1\), g = \[\[-?1, -?1\]\] \(losses × examples\), k = 1$/,
  'prop2-printed': /^k = 1; g_1 grows from 0 to 0\.5 among g = \(0, -1\)$/,
  'prop2-printed-positions': /^k = 1; g_1 grows from 0 to 0\.5 at the first position of \(0, -1\), \(1\)$/,
  'fanout-sign-drop': /^g = \((?:1, -1|-1, 1)\)$/,
};

test.each(Object.entries(smallest))('counterexamples shrink: %s', async (name, numbers) => {
  for (const seed of [1, 2, 3]) {
    const { results } = await verify({ claims: [find(name)], seed });
    expect(results[0]!.counterexample!.numbers).toMatch(numbers);
  }
});

test('the same seed finds the same counterexample', async () => {
  const found = async (): Promise<unknown> =>
    (await verify({ claims: [find('prop2-printed-positions')], seed: 9 })).results[0]!.counterexample;
  expect(await found()).toEqual(await found());
});

test('a claim whose generator yields NaN is one clear line, and no finding', async () => {
  const bad = caseClaim<{ x: number }>({
    ...find('permutation'),
    name: 'nan',
    cases: () => fc.constant({ x: NaN }),
    judge: async (cases) => cases.map(() => undefined),
    snippet: () => '',
  });
  const { results, asExpected } = await verify({ claims: [bad, find('negation')], runs: 10 });
  expect(results.map(({ outcome, error }) => [outcome, error])).toEqual([
    ['error', 'verify: the generator of nan must yield numbers, got NaN in {"x":Number.NaN}'],
    ['holds', undefined],
  ]);
  expect(asExpected).toBe(false);
});

test('bad options are errors that say what must hold', async () => {
  await expect(verify({ runs: 0 })).rejects.toThrow('verify: runs must be an integer from 1 to 2^31 − 1, got 0');
  await expect(verify({ run: 10 } as never)).rejects.toThrow(
    /^verify: the options are .*, got run; did you mean runs\?$/,
  );
  await expect(verify({ seed: NaN })).rejects.toThrow(
    'verify: the seed must be an integer from 0 to 2^31 − 1, got NaN',
  );
  await expect(verify({ devices: ['headlessgl'] })).rejects.toThrow(
    /^verify: the device headlessgl does not answer here, only .*reference.* do$/,
  );
});

test('a claim is told whether to check all of its cases', async () => {
  const told: unknown[] = [];
  const claim: Claim = {
    ...find('prop1'),
    check: async ({ all }) => {
      told.push(all);
      return { outcome: 'holds', cases: 1 };
    },
  };
  await verify({ claims: [claim], all: true });
  await verify({ claims: [claim] });
  expect(told).toEqual([true, false]);
  await expect(verify({ all: 'yes' as never })).rejects.toThrow("verify: all must be true or false, got 'yes'");
});

test('an interrupted run keeps what it found', async () => {
  const stop = new AbortController();
  const report = await verify({
    claims: [find('prop1'), find('permutation'), find('negation')],
    runs: 50,
    signal: stop.signal,
    onProgress: ({ result }) => result?.claim === 'permutation' && stop.abort(),
  });
  expect(report.interrupted).toBe(true);
  expect(report.results.map((r) => r.claim)).toEqual(['prop1', 'permutation']);
});

test('a counterexample is kept if the search for a smaller one is interrupted', async () => {
  const stop = new AbortController();
  let judged = 0;
  const claim = caseClaim<{ x: number }>({
    ...find('permutation'),
    name: 'small numbers',
    cases: () => fc.record({ x: fc.integer({ min: 1, max: 1e6 }) }),
    judge: async (cases) => {
      if (cases.length === 1 && ++judged === 3) stop.abort();
      return cases.map(({ x }) => (x > 10 ? `${x} is more than 10` : undefined));
    },
    snippet: () => '',
  });
  const report = await verify({ claims: [claim, find('negation')], runs: 50, signal: stop.signal });
  expect(report.interrupted).toBe(true);
  expect(report.results.map(({ claim: name, outcome }) => [name, outcome])).toEqual([['small numbers', 'fails']]);
  const { numbers, found } = report.results[0]!.counterexample!;
  expect(found).toBe(`${numbers.replace('x = ', '')} is more than 10`);
  expect(Number(numbers.replace('x = ', ''))).toBeGreaterThan(11);
});

test('a claim that cannot be checked is reported as an error, and the others go on', async () => {
  const claim = { ...find('prop1'), check: () => Promise.reject(new Error('the device is gone')) };
  const report = await verify({ claims: [claim, find('negation')], runs: 10 });
  expect(report.results.map(({ outcome, error }) => [outcome, error])).toEqual([
    ['error', 'the device is gone'],
    ['holds', undefined],
  ]);
  expect(report.asExpected).toBe(false);
});
