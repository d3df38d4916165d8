import { expect, test } from 'vitest';
import { drawLandscapes, drawStarts, families } from '../../examples/figure2/landscapes.ts';
import { methods } from '../../examples/figure2/methods.ts';
import { block, train, type Run } from '../../examples/figure2/train.ts';
import { key, setDevice } from '../../src/index.ts';

await setDevice('reference');

const landscapes = await drawLandscapes(families[1]!, 2, key(0));
const starts = await drawStarts(0, 3, key(1));
const runs: Run[] = landscapes.flatMap((landscape) =>
  starts.flatMap((start) => [0.01, 0.1].map((rate) => ({ landscape, start, rate }))),
);
const sgd = methods.find((m) => m.name === 'SGD')!;
const quiet = (): void => undefined;

test('SGD does what a loop over numbers does, the rate falling along half a cosine', async () => {
  const steps = 2 * block + 7;
  const last = await train(sgd, runs, { steps, key: key(2), watch: quiet });
  runs.forEach(({ landscape: { a, b }, start, rate }, i) => {
    let w = start;
    for (let t = 0; t < steps; t++) {
      const slope = a.reduce((s, x, j) => s + x * Math.cos(x * w + b[j]!), 0);
      w -= rate * 0.5 * (1 + Math.cos((Math.PI * t) / steps)) * slope;
    }
    expect(last[i]).toBeCloseTo(w, 5);
  });
});

test.each(methods.filter((m) => m.draws === 0).map((m) => [m.name, m] as const))(
  'with %s a run among others ends where it ends alone',
  async (_, method) => {
    const settings = { steps: 20, key: key(3), watch: quiet };
    const together = await train(method, runs, settings);
    for (const i of [0, 7, 11]) {
      const alone = await train(method, [runs[i]!], settings);
      expect(together[i]).toBeCloseTo(alone[0]!, 12);
    }
  },
);

test.each(methods.filter((m) => m.draws > 0).map((m) => [m.name, m] as const))(
  'with %s equal runs draw apart, and the same key draws the same',
  async (_, method) => {
    const same: Run[] = Array.from({ length: 8 }, () => runs[1]!);
    const settings = { steps: 20, key: key(4), watch: quiet };
    const first = Array.from(await train(method, same, settings));
    expect(new Set(first).size).toBeGreaterThan(1);
    expect(Array.from(await train(method, same, settings))).toEqual(first);
    expect(Array.from(await train(method, same, { ...settings, key: key(5) }))).not.toEqual(first);
  },
);

test('each block of steps is told, the last one too', async () => {
  const told: number[] = [];
  await train(sgd, runs, { steps: block + 1, key: key(6), watch: (done) => told.push(done) });
  expect(told).toEqual([block, block + 1]);
});
