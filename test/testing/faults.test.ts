import { afterAll, beforeAll, expect, test } from 'vitest';
import { setDevice } from '../../src/index.ts';
import { claims, verify } from '../../src/testing/index.ts';
import { composedRule } from './composedRule.ts';
import { faults } from './faults.ts';

beforeAll(async () => {
  await setDevice('reference');
});
afterAll(async () => {
  await setDevice('webasm');
});

/** The claims about a rule that merges gradients. */
const merging = claims.filter(({ group }) => group.startsWith('Proposition') || group === 'Structure of the merge');
const good = merging.filter((c) => c.expected === 'holds').map((c) => c.name);

test('a rule that follows Algorithm 1 in ordinary operations satisfies every claim', async () => {
  const own = claims.filter((c) => good.includes(c.name));
  const { results } = await verify({ claims: own, subject: composedRule(), runs: 25 });
  expect(results.filter((r) => !r.asExpected)).toEqual([]);
  expect(results.length).toBe(good.length);
});

test.each(faults)('a rule is refuted in which %s', async (_, subject, names) => {
  const picked = claims.filter((c) => names.includes(c.name));
  expect(picked.map((c) => c.name).sort()).toEqual([...names].sort());
  const { results } = await verify({ claims: picked, subject, runs: 100 });
  expect(results.filter((r) => r.asExpected).map((r) => r.claim)).toEqual([]);
  expect(results.flatMap((r) => r.error ?? [])).toEqual([]);
});

test('every claim about a rule is refuted by one of these faults', () => {
  const noticed = new Set(faults.flatMap(([, , names]) => names));
  // What fanOut does forward does not depend on the rule.
  expect(good.filter((name) => !noticed.has(name))).toEqual(['forward-identity']);
});
