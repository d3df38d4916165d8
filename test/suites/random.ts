import { expect, test } from 'vitest';
import { tensor } from '../../src/tensor/create.ts';
import { foldIn, key } from '../../src/tensor/key.ts';
import { random } from '../../src/tensor/random.ts';
import { split } from '../../src/tensor/split.ts';
import { expectClose } from './checkCase.ts';
import { sumOf } from './nd.ts';
import { suiteOn, type DeviceName } from './settings.ts';

const mean = (xs: readonly number[]): number => sumOf(xs) / xs.length;
function moment(xs: readonly number[], n: number): number {
  const centre = mean(xs);
  return mean(xs.map((x) => (x - centre) ** n));
}

/**
 * The first draws of key(0) as whole multiples of 2⁻²⁴, once and for all: every device and process
 * must give them.
 */
const firstBits = [16013169, 3082033, 7051949, 7218401];

/** Random numbers on a device. */
export function randomSuite(name: DeviceName): void {
  suiteOn(name, 'random', (settings) => {
    test('uniform gives the same bits everywhere', async () => {
      const got = await random.uniform(key(0), [4]).data();
      expect(Array.from(got, (x) => x * 2 ** 24)).toEqual(firstBits);
    });

    test('a key gives the same numbers again, another key others', async () => {
      const draw = async (k: ReturnType<typeof key>): Promise<number[]> =>
        Array.from(await random.uniform(k, [100]).data());
      const a = await draw(key(1));
      expect(await draw(key(1))).toEqual(a);
      for (const other of [key(2), key(2 ** 32 + 1), foldIn(key(1), 0), ...split(key(1), 3)]) {
        const b = await draw(other);
        expect(b.filter((x) => a.includes(x)).length).toBeLessThan(3);
      }
    });

    test('the numbers of a key do not depend on the shape they are asked in', async () => {
      const flat = await random.uniform(key(3), [12]).data();
      expect(await random.uniform(key(3), [3, 4]).data()).toEqual(flat);
    });

    test('uniform is even over the open interval', async () => {
      const xs = Array.from(await random.uniform(key(4), [20000]).data());
      expect(Math.min(...xs)).toBeGreaterThan(0);
      expect(Math.max(...xs)).toBeLessThan(1);
      const bins = Array.from({ length: 20 }, (_, b) => xs.filter((x) => Math.floor(x * 20) === b).length);
      const chiSquare = sumOf(bins.map((n) => (n - 1000) ** 2 / 1000));
      expect(chiSquare).toBeLessThan(43.8); // the 0.999 quantile for 19 degrees of freedom
      const lagged = mean(xs.slice(1).map((x, i) => (x - 0.5) * (xs[i]! - 0.5))) * 12;
      expect(Math.abs(lagged)).toBeLessThan(4 / Math.sqrt(20000));
    });

    test('keys next to each other give numbers that have nothing to do with each other', async () => {
      const rows = await Promise.all(
        Array.from({ length: 40 }, async (_, i) => Array.from(await random.uniform(key(i), [200]).data())),
      );
      for (const column of [0, 1, 7]) {
        const xs = rows.map((r) => r[column]!);
        expect(Math.abs(mean(xs) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 40));
      }
      const correlations = rows.slice(1).map((r, i) => mean(r.map((x, j) => (x - 0.5) * (rows[i]![j]! - 0.5))) * 12);
      expect(Math.max(...correlations.map(Math.abs))).toBeLessThan(4.5 / Math.sqrt(200));
    });

    test('normal has mean 0, variance 1, no skew and the normal kurtosis', async () => {
      const xs = Array.from(await random.normal(key(5), [20000]).data());
      expect(Math.abs(mean(xs))).toBeLessThan(4 / Math.sqrt(20000));
      expect(Math.abs(moment(xs, 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / 20000));
      expect(Math.abs(moment(xs, 3))).toBeLessThan(4 * Math.sqrt(6 / 20000));
      expect(Math.abs(moment(xs, 4) - 3)).toBeLessThan(4 * Math.sqrt(24 / 20000) + 0.05);
      expect(mean(xs.map((x) => (Math.abs(x) < 1 ? 1 : 0)))).toBeCloseTo(0.6827, 1);
      expect((await random.normal(key(5), [2, 3])).shape).toEqual([2, 3]);
    });

    test('bernoulli draws 1 with probability p, elementwise', async () => {
      const xs = Array.from(await random.bernoulli(key(6), 0.3, [10000]).data());
      expect(new Set(xs)).toEqual(new Set([0, 1]));
      expect(Math.abs(mean(xs) - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 10000));
      expect(await random.bernoulli(key(6), tensor([0, 1])).array()).toEqual([0, 1]);
      const rows = Array.from(await random.bernoulli(key(7), tensor([[0], [1]]), [2, 50]).data());
      expect([sumOf(rows.slice(0, 50)), sumOf(rows.slice(50))]).toEqual([0, 50]);
    });

    test('permutation has every number once, in an order that depends on the key', async () => {
      const order = Array.from(await random.permutation(key(8), 100).data());
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
      expect(Array.from(await random.permutation(key(9), 100).data())).not.toEqual(order);
      const counts = [0, 0, 0];
      for (let i = 0; i < 60; i++) counts[(await random.permutation(key(i), 3).at(0).item()) as 0 | 1 | 2]!++;
      expect(Math.min(...counts)).toBeGreaterThan(7);
      const rows = await random
        .permutation(
          key(8),
          tensor([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        )
        .array();
      expect([...(rows as number[][])].sort((a, b) => a[0]! - b[0]!)).toEqual([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      expect(await random.permutation(key(8), 0).array()).toEqual([]);
    });

    test('a draw is a constant to differentiation and may be used in expressions', async () => {
      const u = await random.uniform(key(1), [3]).data();
      const y = await random.uniform(key(1), [3]).mul(2).add(1).data();
      expectClose(
        '2u + 1',
        y,
        Array.from(u, (x) => 2 * x + 1),
        settings.tolerance,
      );
    });
  });
}
