import { describe, expect, test } from 'vitest';
import { methods } from '../../examples/figure2/methods.ts';
import { claims, compareAll, conclusions, type Means } from '../../examples/figure2/order.ts';
import { holm, signTest, summarize } from '../../examples/report/statistics.ts';

test('the sign test of 9 to 1 is 22/1024', () => {
  const first = [1, 1, 1, 1, 1, 1, 1, 1, 1, 3];
  const second = first.map(() => 2);
  expect(signTest(first, second)).toEqual({ lower: 9, higher: 1, p: expect.closeTo(22 / 1024, 12) });
  expect(signTest(second, first)).toEqual({ lower: 1, higher: 9, p: expect.closeTo(22 / 1024, 12) });
});

test('the sign test of 24 to 0 is exact', () => {
  const first = Array.from({ length: 24 }, (_, i) => i);
  const { p } = signTest(
    first,
    first.map((x) => x + 1),
  );
  expect(p).toBeCloseTo(2 ** -23, 20);
});

test('ties do not count, and nothing but ties says nothing', () => {
  expect(signTest([1, 2, 3], [1, 2, 4])).toEqual({ lower: 1, higher: 0, p: 1 });
  expect(signTest([1, 2, 3], [1.0005, 2.0005, 3.5], 1e-3)).toEqual({ lower: 1, higher: 0, p: 1 });
  expect(signTest([1, 2], [1, 2])).toEqual({ lower: 0, higher: 0, p: 1 });
});

test('Holm’s correction multiplies by the number of hypotheses left and never falls', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(10)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.5, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test('a summary has quartiles, mean and the share near the deepest minimum', () => {
  expect(summarize([3, 0.05, 1, -2, 2], 0.05)).toEqual({
    lowerQuartile: 0.05,
    median: 1,
    upperQuartile: 2,
    mean: expect.closeTo(0.81, 12),
    found: 0.4,
  });
});

describe('the paper’s order', () => {
  const rank: Record<string, number> = { GradDrop: 0, 'Random GradDrop': 1, 'Iterative PCGrad': 1 };
  /** Two families of eight landscapes on which each method has its height. */
  const planted = (height: (name: string) => number): Means =>
    Object.fromEntries(
      methods.map(({ name }) => [
        name,
        [0, 1].map((f) => Array.from({ length: 8 }, (_, l) => 10 * f + l + height(name))),
      ]),
    );

  test('names the methods that there are', () => {
    const list = claims(compareAll(planted(() => 0)));
    const named = new Set(list.flatMap((c) => [c.first, c.second]));
    expect([...named].sort()).toEqual(methods.map((m) => m.name).sort());
    expect(list.length).toBe(2 + 5 + 2 * 5);
  });

  test('is reproduced where it holds on every landscape', () => {
    const list = claims(compareAll(planted((name) => rank[name] ?? 2)));
    expect(list.every((c) => c.verdict === 'reproduced' && c.lower === 16 && c.higher === 0)).toBe(true);
    expect(list.every((c) => c.byFamily.every((f) => f.lower === 8))).toBe(true);
    expect(conclusions(list).every((line) => line.includes('Here: reproduced (of'))).toBe(true);
  });

  test('is reversed where its opposite holds', () => {
    const list = claims(compareAll(planted((name) => -(rank[name] ?? 2))));
    expect(list.every((c) => c.verdict === 'reversed')).toBe(true);
    expect(conclusions(list).every((line) => line.includes('Here: not reproduced'))).toBe(true);
  });

  test('is open where nothing differs', () => {
    const list = claims(compareAll(planted(() => 0)));
    expect(list.every((c) => c.verdict === 'open' && c.p === 1)).toBe(true);
    expect(conclusions(list).every((line) => line.includes('neither reproduced nor refuted'))).toBe(true);
  });

  test('is reproduced in part where only the best one stands out', () => {
    const list = claims(compareAll(planted((name) => (name === 'GradDrop' ? 0 : 1))));
    expect(conclusions(list)[0]).toContain('Here: reproduced (of 2 pairs');
    expect(conclusions(list)[1]).toContain('reproduced in part (of 15 pairs 5 reproduced, 0 reversed, 10 open)');
  });
});
