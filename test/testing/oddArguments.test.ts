import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setDevice, signDrop, Tensor } from '../../src/index.ts';
import * as testing from '../../src/testing/index.ts';
import { caseClaim, claims, lawsOf, type Claim, type Context } from '../../src/testing/index.ts';
import { testOddArguments, x, type Loose, type Subject } from '../support/oddArguments.ts';

await setDevice('reference');

const context: Context = { device: 'reference', seed: 1, runs: 2, subject: signDrop };
const words = {
  name: 'a',
  group: 'b',
  statement: 'c',
  source: 'd',
  tolerance: 'e',
  expected: 'holds',
  devices: 'all',
} as const;
const holds: Claim = { ...words, check: async () => ({ outcome: 'holds', cases: 1 }) };
const ofCases = {
  ...words,
  cases: () => fc.record({ k: fc.integer() }),
  judge: async (all: readonly unknown[]) => all.map(() => undefined),
  show: () => 'k',
  snippet: () => '',
  share: 1,
};
const position = { g: [1, -2], f: 0.5, k: 1, leak: [0, 0], A: 1, zeroSign: 'keep' } as const;
const cube = (t: unknown): Tensor => {
  if (!(t instanceof Tensor)) throw new Error('mine: a tensor is needed');
  return t.mul(t).mul(t);
};
/** Checks no claim where none is given: all of them would take minutes. */
const verifyThose: Loose = (options = {}) =>
  testing.verify(
    typeof options === 'object' &&
      options !== null &&
      !Array.isArray(options) &&
      (options as { claims?: unknown }).claims === undefined
      ? Object.setPrototypeOf({ ...options, signal: AbortSignal.abort() }, Object.getPrototypeOf(options) as object)
      : options,
  );

const valid: Record<string, readonly unknown[]> = {
  checkGrads: [cube, [x], { order: 1, tolerance: 1e-6, step: 1e-3, modes: ['vjp'] }],
  caseClaim: [ofCases],
  expectation: [{ f: 0.5, positive: 1, negative: -1 }, (y: number) => y],
  keepChance: [[1, -2], 1],
  lawsOf: [context, [position]],
  lowestRatio: [0.5],
  sidesOf: [[1, -2]],
  programs: [[]],
  verify: [{ claims: [holds], devices: ['reference'], runs: 2, seed: 1, subject: signDrop, onProgress: () => {} }],
};

const functions = Object.entries(testing).filter(([, f]) => typeof f === 'function') as [string, Loose][];

/** What a user's own functions may give. */
const ofUsers: [string, Loose][] = [
  ['cases of caseClaim', (a) => caseClaim({ ...ofCases, cases: () => a as never }).check(context)],
  ['judge of caseClaim', (a) => caseClaim({ ...ofCases, judge: async () => a as never }).check(context)],
  ['check of a claim', (a) => caseClaim(ofCases).check(a as never)],
  ['keep of a position', (a) => lawsOf(context, [{ g: [1], f: 0.5, keep: a as never }])],
  ['the function of checkGrads', (a) => testing.checkGrads(() => a, [x])],
];

const forms: ((a: unknown) => unknown[])[] = [
  (a) => [a],
  (a) => [[a]],
  (a) => [cube, a],
  (a) => [cube, [x], a],
  (a) => [context, a],
  (a) => [{ a }],
  (a) => [[1], a],
];

describe('given odd arguments, a function of cotangent/testing returns, or throws an error that names a function', () => {
  const subjects = functions.map(([name, f]): Subject => ({
    name,
    f: name === 'verify' ? verifyThose : f,
    valid: valid[name]!,
  }));
  testOddArguments([...subjects, ...ofUsers.map(([name, f]) => ({ name, f }))], forms);

  test('the arguments that odd ones are put among are good', async () => {
    for (const [name, f] of functions) await f(...valid[name]!);
  });

  test('every function is tried', () => {
    expect(Object.keys(valid).sort()).toEqual(functions.map(([name]) => name).sort());
  });
});

test('what is wrong with an argument is told by its name', async () => {
  const wrong: [() => unknown, string][] = [
    [() => testing.checkGrads(undefined as never, []), 'checkGrads: a function is needed, got undefined'],
    [() => testing.checkGrads(cube, x as never), 'checkGrads: arguments must be a list, got Tensor'],
    [() => testing.sidesOf(3 as never), 'sidesOf: gradients must be a list, got 3'],
    [() => testing.sidesOf(['1'] as never), "sidesOf: each of gradients must be a number, got '1'"],
    [() => testing.keepChance([1], null as never), 'keepChance: k must be a number, got null'],
    [() => testing.lowestRatio(-1), 'lowestRatio: k must be 0 or more, got -1'],
    [
      () => testing.expectation(undefined as never, (y) => y),
      'expectation: a law must be an object with f, positive and negative, got undefined',
    ],
    [() => lawsOf(context, [{ g: [1, 2, 3, 4, 5, 6, 7], f: 0.5 }]), 'lawsOf: g must have at most 6 lanes, got 7'],
    [
      () => lawsOf(undefined as never, []),
      'lawsOf: the context must be an object with device, seed, runs and subject, got undefined',
    ],
    [
      () => testing.verify({ claims: [null as never] }),
      'verify: a claim must be an object with name, expected, devices and check, got null',
    ],
    [() => testing.verify({ devices: ['gpu' as never] }), 'verify: the device gpu does not answer here'],
    [() => testing.verify({ runs: 1e308 }), 'verify: runs must be an integer from 1 to 2^31 − 1, got 1e+308'],
    [() => caseClaim({ ...ofCases, snippet: undefined as never }), 'caseClaim: a function is needed, got undefined'],
  ];
  for (const [call, message] of wrong) await expect((async () => call())()).rejects.toThrow(message);
});

test('a user’s own error comes through as it is', async () => {
  const mine = new TypeError('mine');
  const fail = (): never => {
    throw mine;
  };
  await expect(testing.checkGrads(fail, [x])).rejects.toBe(mine);
  await expect(testing.verify({ claims: [holds], onProgress: fail })).rejects.toBe(mine);
  expect(() => testing.expectation({ f: 0.5, positive: 1, negative: 2 }, fail)).toThrow(mine);
  expect(claims.length).toBeGreaterThan(0);
});
