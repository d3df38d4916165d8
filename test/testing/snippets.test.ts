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

/** What the program of a counterexample must print, so that it shows the contradiction. */
const shows: Readonly<Record<string, (printed: unknown[][]) => void>> = {
  'prop1-leaks-naive': vanishes,
  'prop1-sign-of-zero-dropped': vanishes,
  'prop1-sign-of-zero-kept': vanishes,
  'prop1-virtual-weight-printed': (printed) => {
    vanishes(printed.slice(0, 1));
    expect(printed[2]![1]).not.toBe(0);
  },
  'prop1-batch-elementwise': (printed) => vanishes(printed.slice(0, 1)),
  'prop1-norm-preserved-naive': vanishes,
  'prop2-printed': falls,
  'prop2-printed-positions': falls,
  'prop2-printed-small-k': falls,
  'prop2-literal': falls,
  'prop2-literal-random-graddrop': falls,
  'prop2-printed-losses': falls,
  'virtual-weight-unbiased-printed': (printed) => expect(printed[2]![0]).not.toBeCloseTo(printed[2]![1] as number),
  'batch-elements-unbiased': (printed) => {
    const [mean, sum] = printed[1] as [Float64Array, Float64Array];
    expect([...mean]).not.toEqual([...sum]);
  },
  'identity-random-graddrop': (printed) => expect(printed).toEqual([[0]]),
};

/** Everything is 0, for either draw. */
function vanishes(printed: unknown[][]): void {
  const numbers = printed.flat().flatMap((x) => (typeof x === 'number' ? [x] : [...(x as Float64Array)]));
  expect(numbers.every((x) => x === 0)).toBe(true);
}

/** The last number of the second line is less than that of the first. */
function falls(printed: unknown[][]): void {
  const [before, after] = printed.map((line) => line.at(-1) as number) as [number, number];
  expect(after).toBeLessThan(before);
}

test.each(refuted)('the program that comes with the counterexample of $name shows it', async (claim) => {
  const { results } = await verify({ claims: [claim], devices: ['reference'], runs: 300 });
  const { snippet } = results[0]!.counterexample!;
  expect(snippet).toMatch(
    new RegExp(`^// npm run verify -- --claim ${claim.name} --device reference --seed 1 --runs 300\n`),
  );
  if (claim.group === 'Derivatives') await expect(run(snippet)).rejects.toThrow('checkGrads: vjp of order 1');
  else shows[claim.name]!(await run(snippet));
});

test('the programs of proposition 2 print the two expectations that the counterexample names', async () => {
  for (const name of ['prop2-printed', 'prop2-printed-positions', 'prop2-printed-small-k']) {
    const claim = claims.filter((c) => c.name === name);
    const { results } = await verify({ claims: claim, devices: ['reference'] });
    const { found, snippet } = results[0]!.counterexample!;
    const [[before], [after]] = (await run(snippet)) as [[number], [number]];
    const [, first, second] = /falls from (\S+) to (\S+)/.exec(found)!;
    expect([before, after]).toEqual([Number(first), Number(second)].map((x) => expect.closeTo(x, 12)));
  }
});

/**
 * The rule with its result halved: every claim about values is refuted, and each by a program that
 * runs.
 */
const halved: testing.Subject = (o) => (g, h) => cotangent.signDrop(o)(g, h).mul(0.5);

test('programs run for every kind of claim about the merge', async () => {
  const own = claims.filter((c) => c.group !== 'Derivatives' && c.expected === 'holds');
  const { results } = await verify({ claims: own, devices: ['reference'], runs: 20, subject: halved });
  const found = results.filter((r) => r.counterexample);
  expect(found.length).toBeGreaterThan(10);
  for (const { claim, counterexample } of found)
    expect((await run(counterexample!.snippet)).length, claim).toBeGreaterThan(0);
});

test('the program of a claim that samples draws what the claim drew', async () => {
  const claim = claims.filter((c) => c.name === 'prop3-sampled');
  // Counts are right and the values are not: the share of positive updates is that of the claim's
  // own draws.
  const flipped: testing.Subject = (o) => (g, h) => cotangent.signDrop({ ...o, k: 0.75 })(g, h);
  const { results } = await verify({ claims: claim, devices: ['reference'], seed: 5, subject: flipped });
  const { found, snippet } = results[0]!.counterexample!;
  const [, count, n] = /^X = p in (\d+) of (\d+) draws/.exec(found)!;
  const [[share]] = (await run(snippet.replace(/k: \d/, 'k: 0.75'))) as [[number]];
  expect(share).toBe(Number(count) / Number(n));
});
