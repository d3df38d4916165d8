import { expect, test } from 'vitest';
import { drawLandscapes, drawStarts, families, interval, lossAt } from '../../examples/figure2/landscapes.ts';
import { key, setDevice } from '../../src/index.ts';

await setDevice('reference');

test('the loss is the sum of five sines, each raised to be no less than 0', () => {
  const landscape = { a: [1, 2, 0, 0, 0], b: [0, Math.PI / 2, 0, 0, Math.PI] };
  expect(lossAt(landscape, Math.PI / 2)).toBeCloseTo(1 - 1 + 0 + 0 + 0 + 5, 12);
});

test.each(families)('landscapes of $name are drawn from it', async (family) => {
  const landscapes = await drawLandscapes(family, 200, key(5));
  const as = landscapes.flatMap((l) => l.a);
  expect(Math.min(...as)).toBeGreaterThan(family.low);
  expect(Math.max(...as)).toBeLessThan(family.high);
  const middle = as.reduce((x, y) => x + y, 0) / as.length;
  expect(Math.abs(middle - (family.low + family.high) / 2)).toBeLessThan(0.05 * (family.high - family.low));
  for (const b of landscapes.flatMap((l) => l.b)) expect(b > 0 && b < 2 * Math.PI + 1e-6).toBe(true);
});

test('the deepest minimum is below every start and is reached at a point where the slope vanishes', async () => {
  const [landscape] = await drawLandscapes(families[2]!, 1, key(6));
  const starts = await drawStarts(0, 500, key(7));
  for (const w of starts) {
    expect(w > interval.low && w < interval.high).toBe(true);
    expect(lossAt(landscape!, w)).toBeGreaterThanOrEqual(landscape!.deepest - 1e-4);
  }
  // Down from the best of many points by bisection of the slope.
  const slope = (w: number): number => landscape!.a.reduce((s, a, i) => s + a * Math.cos(a * w + landscape!.b[i]!), 0);
  let best = interval.low;
  for (let w = interval.low; w <= interval.high; w += 0.01)
    if (lossAt(landscape!, w) < lossAt(landscape!, best)) best = w;
  let [low, high] = [best - 0.01, best + 0.01];
  for (let i = 0; i < 60; i++) {
    const w = (low + high) / 2;
    if (slope(w) < 0) low = w;
    else high = w;
  }
  expect(Math.abs(lossAt(landscape!, low) - landscape!.deepest)).toBeLessThan(1e-4);
});

test('the same key draws the same landscapes, another key others', async () => {
  const draw = (seed: number): Promise<unknown> => drawLandscapes(families[1]!, 2, key(seed));
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(1)).not.toEqual(await draw(2));
});
