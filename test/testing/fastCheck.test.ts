import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setDevice, signDrop } from '../../src/index.ts';
import { claims, type Claim, type Context } from '../../src/testing/index.ts';

beforeAll(async () => {
  await setDevice('reference');
});
afterAll(async () => {
  await setDevice('webasm');
});

const context: Context = { device: 'reference', seed: 7, runs: 100, subject: signDrop };
const withCases = claims.filter((c) => c.cases !== undefined) as Required<Claim>[];

test('every claim but those that look at many draws or points at once gives its cases to fast-check', () => {
  const others = claims.filter((c) => c.cases === undefined).map((c) => c.name);
  expect(others).toEqual([
    'draws-counted',
    'prop3-sampled',
    'prop3-sampled-keep',
    'draws-independent',
    'table-boundaries',
    'accuracy',
    'uniform-bits',
    'uniform-independent',
    'uniform-avalanche',
  ]);
});

const look = (claim: Required<Claim>, numRuns: number): Promise<fc.RunDetails<[unknown]>> =>
  fc.check(
    fc.asyncProperty(claim.cases(context), async (c) => {
      const why = await claim.contradiction(c, context);
      if (why !== undefined) throw new Error(why);
    }),
    { numRuns, seed: context.seed },
  );

test.each(withCases.filter((c) => c.expected === 'holds'))('fast-check finds nothing against $name', async (claim) => {
  expect((await look(claim, 20)).failed).toBe(false);
});

test.each(withCases.filter((c) => c.expected === 'fails'))('fast-check refutes $name and shrinks', async (claim) => {
  const run = await look(claim, 2000);
  expect(run.failed).toBe(true);
  expect(run.numShrinks).toBeGreaterThan(0);
});
