import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { key, setDevice, tensor, type Rule, type Tensor } from '../../src/index.ts';
import { norm, normals, type Rows } from '../suites/matrices.ts';
import { run } from '../suites/ruleTable.ts';
import { conflictAverse, projected, shortestInHull } from './exhaustive.ts';

await setDevice('reference');

/** Losses that no direction serves worse than a right angle, with lengths of 10^±spread. */
const drawn = (spread: number): fc.Arbitrary<Rows> =>
  fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 0, max: 4 }), fc.integer()).map(([m, more, seed]) => {
    const next = normals(seed);
    return Array.from({ length: m }, () => {
      const scale = 10 ** Math.max(-spread, Math.min(spread, (next() * spread) / 2));
      return Array.from({ length: m + more }, (_, k) => scale * (k === 0 ? Math.abs(next()) + 0.5 : next()));
    });
  });

const even = (J: Rows): number[] => J.map(() => 1 / J.length);

const ways: readonly [string, Rule, (J: Rows) => readonly number[]][] = [
  ['mgda', c.mgda(), shortestInHull],
  ['dualProj', c.dualProj(), (J) => projected(J, even(J))],
  [
    'upgrad',
    c.upgrad(),
    (J) =>
      J.map((_, i) =>
        projected(
          J,
          even(J).map((x, j) => (i === j ? x : 0)),
        ),
      ).reduce((a, b) =>
        // prettier-ignore
        a.map((x, k) => x + b[k]!),
      ),
  ],
  ['cagrad, c = 0.4', c.cagrad({ c: 0.4 }), (J) => conflictAverse(J, 0.4)],
  ['cagrad, c = 2', c.cagrad({ c: 2 }), (J) => conflictAverse(J, 2)],
];

describe.each([0, 6])('with lengths of 10^±%i', (spread) => {
  test.each(ways)('%s is, to 1e-8, what trying every set of gradients gives', async (_, rule, exhaustive) => {
    await fc.assert(
      fc.asyncProperty(drawn(spread), async (J) => {
        const [got, want] = [await run(rule, J), exhaustive(J)];
        expect(norm(got.map((x, k) => x - want[k]!)) / norm(want)).toBeLessThan(1e-8);
      }),
      { numRuns: 60 },
    );
  });
});

test('cagrad with c = 0 is the mean, also where the gradients touch 0', async () => {
  // prettier-ignore
  const rows = [[1, 0], [-1, 0], [0, 3]];
  expect(await run(c.cagrad({ c: 0 }), rows)).toEqual([0, 1]);
  expect(await run(c.cagrad({ c: 0.5 }), rows)).toEqual([0, 0]);
});

test('imtlG has one projection on independent gradients, be their lengths as unlike as they may', async () => {
  for (const short of [1e-6, 1e-12, 1e-30]) {
    // prettier-ignore
    const [x, y] = await run(c.imtlG(), [[1, 0], [0, short]]);
    expect(x! / short).toBeCloseTo(1, 5);
    expect(y! / short).toBeCloseTo(1, 5);
  }
});

test('alignedMtl gives all the least length, the median one (of two the lower), or that of the mean square', async () => {
  const length = async (scale: 'min' | 'median' | 'rmse', lengths: readonly number[]): Promise<number> => {
    const rows = lengths.map((l, i) => lengths.map((_, j) => (i === j ? l : 0)));
    const result = await run(c.alignedMtl({ scale, preference: lengths.map(() => 1) }), rows);
    result.forEach((x) => expect(x).toBeCloseTo(result[0]!, 10));
    return result[0]!;
  };
  expect(await length('min', [4, 1, 2])).toBeCloseTo(1, 10);
  expect(await length('median', [4, 1, 2])).toBeCloseTo(2, 10);
  expect(await length('median', [8, 4, 1, 2])).toBeCloseTo(2, 10);
  expect(await length('rmse', [4, 1, 2])).toBeCloseTo(Math.sqrt(7), 10);
});

test('cagrad of gradients on one line, some against the others, turns the mean as far as it may', async () => {
  // The worst is served best at the end of the interval (0.25, 0.75) that is nearest to it.
  for (const rows of [
    [[1], [1.7], [0.3], [-1]],
    [
      [1, 0],
      [1.7, 0],
      [0.3, 0],
      [-1, 0],
    ],
  ])
    // prettier-ignore
    expect((await run(c.cagrad({ c: 0.5 }), rows))[0]).toBeCloseTo(0.25, 12);
});

describe.each(['reference', 'webasm'] as const)('ranks on %s', (device) => {
  const rules: Record<string, Rule> = {
    alignedMtl: c.alignedMtl(),
    imtlG: c.imtlG(),
    config: c.config(),
    nashMtl: c.nashMtl(),
    upgrad: c.upgrad(),
  };

  test.each(Object.entries(rules))(
    '%s sees that a gradient is the sum of two others, be they of ten numbers or of a hundred thousand',
    async (_, rule) => {
      await setDevice(device);
      try {
        // The merge lies in the plane of the two, whose inner products alone decide.
        const merged = async (a: Tensor, b: Tensor): Promise<number[]> => {
          const x = rule(c.stack([a, b, a.add(b)]));
          return Promise.all([x.mul(a).sum().item(), x.mul(b).sum().item()]);
        };
        const [p, q] = [tensor([1, 0, 2, -1]), tensor([-2, 1, 1, 0.5])];
        const small = await merged(p, q);
        for (const times of [10, 3000, 25_000]) {
          if (device === 'reference' && times > 3000) continue;
          const wide = (t: Tensor): Tensor =>
            t
              .unsqueeze(1)
              .broadcastTo([4, times])
              .reshape([4 * times]);
          const noise = c.random.normal(key(times), [4 * times]).mul(1e-3);
          const scale = 1 / Math.sqrt(times);
          const large = await merged(wide(p).add(noise).mul(scale), wide(q).sub(noise).mul(scale));
          large.forEach((x, i) => expect(x).toBeCloseTo(small[i]!, 2));
        }
      } finally {
        await setDevice('reference');
      }
    },
  );
});

test('krum and trimmedMean have the values of TorchJD’s tests', async () => {
  const adversarial = [[1, 1, 1], [1, 0, 1], [75, -666, 23], [1, 2, 3], [2, 0, 1]]; // prettier-ignore
  expect(await run(c.krum({ byzantine: 1, selected: 4 }), adversarial)).toEqual([1.25, 0.75, 1.5]);
  const extreme = [[1e11, 3], [1, -1e11], [-1e10, 1e10], [2, 2]]; // prettier-ignore
  expect(await run(c.trimmedMean({ trim: 1 }), extreme)).toEqual([1.5, 2.5]);
});

test('a hundred losses are merged in less than three seconds', async () => {
  const next = normals(1);
  const J = Array.from({ length: 100 }, () => Array.from({ length: 120 }, next));
  for (const rule of [c.mgda(), c.upgrad(), c.cagrad(), c.nashMtl(), c.alignedMtl(), c.gradVac()]) {
    const began = performance.now();
    for (const x of await run(rule, J)) expect(Number.isFinite(x)).toBe(true);
    expect(performance.now() - began).toBeLessThan(3000);
  }
});
