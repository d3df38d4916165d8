/**
 * Checks the machinery of the lab's comparisons: `npm run bench:lab`. Two copies of one method
 * under two names must not differ more often than the level says, and a method that is made worse
 * on purpose must be found. Each repetition is a whole comparison: rates are chosen for each copy
 * by itself, and each copy draws its own random numbers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { binomialDistribution } from 'simple-statistics';
import { foldIn, key, nn, random, setDevice, signDrop, type DeviceName, type Rule } from 'cotangent';
import { dataset, subset } from 'cotangent/data';
import { compare, type Splits } from '../examples/compare/index.ts';
import type { Compared } from '../examples/compare/compare.ts';
import type { Training } from '../examples/training/training.ts';
import type { Results } from '../examples/compare/report.ts';
import type { Cell, Compute } from '../examples/report/experiment.ts';
import { between, level } from '../examples/training/comparisons.ts';

/** Returns two noisy functions of three numbers. */
async function functions(seed: number): Promise<Splits<'x' | 'up' | 'down'>> {
  const n = 160;
  const z = (await random.normal(foldIn(key(77), seed), [n, 5]).array()) as unknown as number[][];
  const column = (f: (row: number[]) => number) => ({ data: Float32Array.from(z, f), shape: [n] });
  const all = dataset({
    x: { data: Float32Array.from(z.flatMap((row) => row.slice(0, 3))), shape: [n, 3] },
    up: column(([a, b, c, e]) => Math.tanh(2 * a! + b!) + c! * b! + 0.3 * e!),
    down: column(([a, b, c, , e]) => Math.tanh(b! - 2 * a!) + c! * a! + 0.3 * e!),
  });
  const part = (start: number, stop: number) => subset(all, { start, stop });
  return { train: part(0, 64), validation: part(64, 96), test: part(96, n) };
}

/** Moves the trunk up the losses, while the heads go down. */
const reversed: Rule = (g) => g.sum({ axis: 0 }).neg();

/** Returns the comparison of two copies of GradDrop and a method that is made worse. */
const comparisonOf = (seed: number): Compared =>
  compare({
    name: 'self-check',
    model: {
      init: (k) => ({
        trunk: nn.linear.init(foldIn(k, 0), 3, 6),
        heads: { up: nn.linear.init(foldIn(k, 1), 6, 1), down: nn.linear.init(foldIn(k, 2), 6, 1) },
      }),
      trunk: (trunk, { x }) => nn.linear(trunk, x).tanh(),
      heads: {
        up: (heads, h) => nn.linear(heads.up, h).squeeze({ axis: 1 }),
        down: (heads, h) => nn.linear(heads.down, h).squeeze({ axis: 1 }),
      },
    },
    data: () => functions(seed),
    losses: {
      up: (y, batch) => y.sub(batch.up).square().mean(),
      down: (y, batch) => y.sub(batch.down).square().mean(),
    },
    methods: [
      {
        one: (k) => signDrop({ key: foldIn(k, 1) }),
        other: (k) => signDrop({ key: foldIn(k, 2) }),
        reversed: () => reversed,
      },
    ],
    steps: 16,
    batch: 16,
    rates: [0.01, 0.032, 0.1, 0.32, 1],
  });

/** Returns the results of one whole comparison, computed in this thread. */
async function repetition(seed: number, device: string, folder: string): Promise<Results> {
  const experiment = comparisonOf(seed);
  const settings = await experiment.settings({ profile: 'full', device, seed, methods: experiment.methods }, {});
  const compute: Compute = async <A, R>(cells: readonly Cell<A>[]) => {
    const results: unknown[] = [];
    for (const { args } of cells)
      results.push(await experiment.cell(settings, args as unknown as Training, { folder }));
    return results as R[];
  };
  return (await experiment.run(settings, compute)).results as Results;
}

/** Returns P(X ≥ k) for X binomial (n, p). */
const tail = (k: number, n: number, p: number): number =>
  Math.max(0, 1 - (binomialDistribution(n, p) ?? []).slice(0, k).reduce((a, b) => a + b, 0));

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '200' },
    first: { type: 'string', default: '0' },
    device: { type: 'string', default: 'cpu' },
  },
});
const [times, first] = [Number(values.times), Number(values.first)];
if (!Number.isInteger(times) || times < 1) throw new Error(`--times must be a positive integer, got '${values.times}'`);
await setDevice(values.device as DeviceName);
const folder = mkdtempSync(join(tmpdir(), 'self-check-'));
const counts = { differ: 0, found: 0, open: 0 };
for (let i = first; i < first + times; i++) {
  const { comparisons, standing } = await repetition(i, values.device, folder);
  const copies = between(comparisons, 'one', 'other', 'loss');
  const worse = ['one', 'other'].map((copy) => between(comparisons, 'reversed', copy, 'loss'));
  if (standing.unsettled.length > 0) counts.open += 1;
  if (copies && copies.p < level) counts.differ += 1;
  if (worse.every((c) => c && c.p < level && c.difference > 0)) counts.found += 1;
  process.stderr.write(`\r${i - first + 1} of ${times}: ${JSON.stringify(counts)}`);
}
rmSync(folder, { recursive: true, force: true });
const percent = (n: number): string => `${n} of ${times}, ${((100 * n) / times).toFixed(1)} %`;
const chance = tail(counts.differ, times, level);
console.log(`
Two copies of one method differ in ${percent(counts.differ)}, at a level of ${100 * level} %; so many or more have a chance of ${chance.toFixed(3)} at that level.
A method that is made worse is found to be worse than both copies in ${percent(counts.found)}.
A method has no rate inside the grid, so that nothing is said on it, in ${percent(counts.open)}.`);
if (chance < 0.01 || counts.found < 0.8 * times) process.exitCode = 1;
