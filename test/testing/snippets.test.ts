import { afterAll, beforeAll, expect, test } from 'vitest';
import * as cotangent from '../../src/index.ts';
import * as testing from '../../src/testing/index.ts';

const { claims, verify } = testing;

beforeAll(async () => {
  await cotangent.setDevice('reference');
});
afterAll(async () => {
  await cotangent.setDevice('webasm');
});

type Program = (modules: Record<string, unknown>, print: (...xs: unknown[]) => void) => Promise<void>;
const AsyncFunction = (async () => undefined).constructor as new (...texts: string[]) => Program;

/** Runs a snippet as a module would run, and gives what it prints. */
async function run(snippet: string): Promise<unknown[][]> {
  const printed: unknown[][] = [];
  const body = snippet
    .replace(/import (\{[^}]*\}) from '([^']*)';/g, `const $1 = modules['$2'];`)
    .replaceAll('console.log(', 'print(');
  const program = new AsyncFunction('modules', 'print', body);
  await program({ cotangent, 'cotangent/testing': testing }, (...xs) => printed.push(xs));
  return printed;
}

const refuted = claims.filter((c) => c.expected === 'fails');

test.each(refuted)('the counterexample of $name comes with a program that runs', async (claim) => {
  const { results } = await verify({ claims: [claim], devices: ['reference'], runs: 300 });
  const { snippet } = results[0]!.counterexample!;
  expect(snippet).toMatch(
    new RegExp(`^// npm run verify -- --claim ${claim.name} --device reference --seed 1 --runs 300\n`),
  );
  if (claim.group === 'Derivatives') await expect(run(snippet)).rejects.toThrow('checkGrads: vjp of order 1');
  else expect((await run(snippet)).length).toBeGreaterThan(0);
});

test('the program of proposition 2 prints the two expectations, the second one smaller', async () => {
  const [claim] = claims.filter((c) => c.name === 'prop2-printed');
  const { results } = await verify({ claims: [claim!], devices: ['reference'] });
  const { found, snippet } = results[0]!.counterexample!;
  const [before, after] = (await run(snippet)).map((line) => line.at(-1) as number) as [number, number];
  expect(after).toBeLessThan(before);
  expect(found).toBe(`E|X| falls from ${before} to ${after}`);
});

/** The rule with its result halved: every claim about values is refuted, and each by a program that runs. */
const halved: testing.Subject = (o) => (g, h) => cotangent.signDrop(o)(g, h).mul(0.5);

test('programs run for every kind of claim about the merge', async () => {
  const own = claims.filter((c) => c.group !== 'Derivatives' && c.expected === 'holds');
  const { results } = await verify({ claims: own, devices: ['reference'], runs: 60, subject: halved });
  const found = results.filter((r) => r.counterexample);
  expect(found.length).toBeGreaterThan(10);
  for (const { claim, counterexample } of found)
    expect((await run(counterexample!.snippet)).length, claim).toBeGreaterThan(0);
});
