import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { elementwise, type ElementwiseName } from '../../kernels/elementwise.ts';
import { hash, seedWords, unitInterval } from '../../kernels/random.ts';
import {
  arange,
  argMax,
  argMin,
  avgPool2d,
  concat,
  conv2d,
  eye,
  grad,
  hostCall,
  key,
  linspace,
  matmul,
  oneHot,
  random,
  scatterAdd,
  scope,
  setDevice,
  signDrop,
  sort,
  stack,
  take,
  tensor,
  topK,
  type Tensor,
} from '../../src/index.ts';
import * as cotangent from '../../src/index.ts';

/**
 * `COTANGENT_LARGE=1`: more sizes, every operation of the table, cpu as well; else what takes
 * seconds.
 */
const all = process.env.COTANGENT_LARGE === '1';
if (all) vi.setConfig({ testTimeout: 600_000 });
const most = 2 ** 24;
const sizes = all ? [most - 3, most, most + 3] : [most + 3];

/** Left out where seconds count: others read and write in the same way. */
const slow = ['stack', 'expand', 'comparisons', 'a function of the host', 'a product of many rows', 'scatterAdd'];

/** Numbers whose sums and products are exact. */
const bit = (i: number): number => Math.floor((i * 7919) / 1013) % 2;
const number = (i: number): number => (i * 7919) % 1013;

/** A result, and what stands at place i of it. */
type Case = readonly [y: Tensor, at: (i: number) => number];

/** The ends, the places around 2²⁴, and some thousand between. */
function* placesOf(length: number): Generator<number> {
  for (let i = 0; i < Math.min(length, 600); i++) yield i;
  for (let i = 600; i < length; i += 9973) yield i;
  for (let i = Math.max(0, length - 600); i < length; i++) yield i;
  for (let i = most - 9; i < Math.min(length, most + 9); i++) yield i;
}

async function check([y, at]: Case, near = 0): Promise<void> {
  const got = await y.data();
  for (const i of placesOf(got.length)) {
    const want = at(i);
    if (Object.is(got[i], want) || got[i] === want) continue;
    const differs = !(Math.abs(got[i]! - want) <= near * (1 + Math.abs(want)));
    if (differs) expect.fail(`place ${i} of [${y.shape.join()}] must be ${want}, got ${got[i]}`);
  }
  y.dispose();
}

for (const name of all ? (['webasm', 'cpu'] as const) : (['webasm'] as const))
  for (const n of sizes)
    describe(`${n} elements on ${name}`, () => {
      const m = Math.ceil(n / 4);
      const data = (size: number, f: (i: number) => number): Tensor => {
        const numbers = new Float32Array(size);
        for (let i = 0; i < size; i++) numbers[i] = f(i);
        return tensor(numbers);
      };
      let x: Tensor;
      let rows: Tensor;
      beforeAll(async () => {
        await setDevice(name);
        x = data(n, number);
        rows = data(4 * m, bit).reshape([4, m]);
      });
      afterAll(() => {
        x.dispose();
        rows.dispose();
      });

      const cases: Record<string, () => Case> = {
        flip: () => [x.flip(), (i) => number(n - 1 - i)],
        pad: () => [x.pad([[5, 6]]), (i) => (i < 5 || i >= n + 5 ? 0 : number(i - 5))],
        'pad by another number': () => [
          x.pad([[2, 3]], { value: 7 }),
          (i) => (i < 2 || i >= n + 2 ? 7 : number(i - 2)),
        ],
        concat: () => [
          concat([x, tensor([1, 2, 3]), x.slice([n - 2])]),
          (i) => (i < n ? number(i) : i < n + 3 ? i - n + 1 : number(i - 5)),
        ],
        stack: () => [stack([rows.slice([0], [2]).reshape([2 * m]), rows.slice([2]).reshape([2 * m])]), bit],
        slice: () => [x.slice([3], [n - 1]), (i) => number(i + 3)],
        permute: () => [rows.transpose(), (i) => bit((i % 4) * m + Math.floor(i / 4))],
        'reshape of a transposed': () => [
          rows
            .transpose()
            .reshape([4 * m])
            .slice([1]),
          (i) => bit(((i + 1) % 4) * m + Math.floor((i + 1) / 4)),
        ],
        expand: () => [
          x.slice([0], [4097]).unsqueeze(1).broadcastTo([4097, 4096]),
          (i) => number(Math.floor(i / 4096)),
        ],
        'a broadcast sum': () => [
          x
            .slice([0], [4097])
            .reshape([4097, 1])
            .add(x.slice([0], [4096])),
          (i) => number(Math.floor(i / 4096)) + number(i % 4096),
        ],
        'sum of all': () => [
          x.mod(2).sum(),
          () => {
            let s = 0;
            for (let i = 0; i < n; i++) s += number(i) % 2;
            return s;
          },
        ],
        'sum of rows': () => [rows.sum({ axis: 0 }), (i) => bit(i) + bit(m + i) + bit(2 * m + i) + bit(3 * m + i)],
        'sum along rows': () => [
          rows.sum({ axis: 1 }),
          (r) => {
            let s = 0;
            for (let i = 0; i < m; i++) s += bit(r * m + i);
            return s;
          },
        ],
        max: () => [x.sub(concat([x.slice([0], [n - 1]), tensor([-2000])])).max(), () => number(n - 1) + 2000],
        min: () => [x.sub(concat([x.slice([0], [n - 1]), tensor([2000])])).min(), () => number(n - 1) - 2000],
        prod: () => [
          rows.add(1).prod({ axis: 0 }),
          (i) => (1 + bit(i)) * (1 + bit(m + i)) * (1 + bit(2 * m + i)) * (1 + bit(3 * m + i)),
        ],
        cumsum: () => {
          const sums = new Float64Array(4 * m);
          for (let i = 0; i < 4 * m; i++) sums[i] = (sums[i - 1] ?? 0) + bit(i);
          return [rows.reshape([4 * m]).cumsum(), (i) => sums[i]!];
        },
        window: () => [
          avgPool2d(rows.reshape([1, 1, 4, m]), { size: [2, 1], stride: 1 }),
          (i) => (bit(i) + bit(i + m)) / 2,
        ],
        convolution: () => [
          conv2d(rows.reshape([1, 1, 4, m]), tensor([1, 2, 4, 8]).reshape([1, 1, 2, 2])),
          (i) => {
            const at = Math.floor(i / (m - 1)) * m + (i % (m - 1));
            return bit(at) + 2 * bit(at + 1) + 4 * bit(at + m) + 8 * bit(at + m + 1);
          },
        ],
        take: () => [take(rows, tensor([3, 0, 2, 2])), (i) => bit([3, 0, 2, 2][Math.floor(i / m)]! * m + (i % m))],
        scatterAdd: () => [
          scatterAdd(rows, tensor([1]), rows.slice([0], [1])),
          (i) => bit(i) + (Math.floor(i / m) === 1 ? bit(i - m) : 0),
        ],
        'a product over long rows': () => [
          matmul(rows, rows.slice([0], [1]).transpose()),
          (r) => {
            let s = 0;
            for (let i = 0; i < m; i++) s += bit(r * m + i) * bit(i);
            return s;
          },
        ],
        'a product of many rows': () => [
          matmul(rows.transpose(), data(32, (i) => i).reshape([4, 8])).slice([0, 0], [m, 4]),
          (i) => {
            const [row, column] = [Math.floor(i / 4), i % 4];
            return [0, 1, 2, 3].reduce((s, k) => s + bit(k * m + row) * (8 * k + column), 0);
          },
        ],
        'a function of the host': () => [hostCall((a) => a.map((v) => v + 1), x, x.shape), (i) => number(i) + 1],
        'a gradient': () => [
          grad((t: Tensor) =>
            t
              .pad([[1, 2]])
              .slice([2])
              .mul(concat([x, tensor([3])]))
              .sum(),
          )(x),
          (i) => (i === 0 ? 0 : number(i - 1)),
        ],
        comparisons: () => [x.greater(500).where(x, x.neg()), (i) => (number(i) > 500 ? number(i) : -number(i))],
        merging: () => [signDrop({ draw: data(n, () => 0.5) })(stack([x, x])), (i) => 2 * number(i)],
      };
      for (const [what, make] of Object.entries(cases).filter(([what]) => all || !slow.includes(what)))
        test(`${what}: right at every place that is looked at`, async () => {
          let at: Case[1];
          const y = await scope(() => {
            const made = make();
            at = made[1];
            return made[0];
          });
          await check([y, at!]);
        }, 300_000);

      test('random numbers are those of their counters', async () => {
        const y = random.uniform(key(7), [n]);
        const got = await y.data();
        y.dispose();
        for (const i of placesOf(n)) expect(got[i]).toBe(unitInterval(hash(...seedWords(7), i)));
      });

      /** Results that are indices: the last place, or a sample. */
      const counted: Record<string, () => Case> = {
        arange: () => [arange(n), (i) => i],
        linspace: () => [linspace(0, n - 1, n), (i) => i],
        eye: () => [eye(1, n), (i) => (i === 0 ? 1 : 0)],
        oneHot: () => [oneHot(tensor([n - 1]), n), (i) => (i === n - 1 ? 1 : 0)],
        argMax: () => [argMax(concat([x.slice([0], [n - 1]), tensor([2000])])), () => n - 1],
        argMin: () => [argMin(concat([x.slice([0], [n - 1]), tensor([-1])])), () => n - 1],
        gather: () => [take(x, tensor([n - 1, n - 2, 0])), (i) => number([n - 1, n - 2, 0][i]!)],
        'scatterAdd along it': () => [
          scatterAdd(x, tensor([n - 1]), tensor([5])),
          (i) => number(i) + (i === n - 1 ? 5 : 0),
        ],
      };
      // The host sorts numbers with their places, sixteen million of them in half a minute.
      const sorted: Record<string, () => Case> = {
        sort: () => [sort(concat([x.slice([0], [n - 1]), tensor([-1])]))[1].slice([0], [1]), () => n - 1],
        topK: () => [topK(concat([x.slice([0], [n - 1]), tensor([2000])]), 1)[1], () => n - 1],
        permutation: () => [random.permutation(key(1), n).sum().div(n), () => (n - 1) / 2],
      };
      const countedHere = n > most || all ? { ...counted, ...sorted } : counted;
      for (const [what, make] of Object.entries(countedHere))
        test(`${what}: ${n > most ? 'refused' : 'counts to the last place'}`, async () => {
          if (n > most) {
            expect(make).toThrow(`places, as indices are float32, got ${n}; use reference`);
            return;
          }
          let at: Case[1];
          const y = await scope(() => {
            const made = make();
            at = made[1];
            return made[0];
          });
          await check([y, at!], 1e-6);
        }, 300_000);

      if (all)
        for (const f of Object.keys(elementwise) as ElementwiseName[])
          test(`${f} is that of the table`, async () => {
            const { value } = elementwise[f];
            const parts = [
              (i: number) => ((i * 7919) % 15) / 8 + 0.125,
              (i: number) => ((i * 104_729) % 13) / 8 + 0.25,
              bit,
            ];
            const used = parts.slice(0, value.length);
            const inputs = used.map((p) => data(n, p));
            const y = (cotangent as unknown as Record<string, (...xs: Tensor[]) => Tensor>)[f]!(...inputs);
            await check([y, (i) => (value as (...xs: number[]) => number)(...used.map((p) => p(i)))], 1e-5);
            inputs.forEach((t) => t.dispose());
          });
    });

test('take finds the odd places beyond 2^23, which are no float32 when a half is added', async () => {
  await setDevice('webasm');
  const places = [2 ** 23 - 1, 2 ** 23, 2 ** 23 + 1, 2 ** 23 + 3, 12_000_001, most - 4];
  expect(await take(arange(most - 3), tensor(places)).array()).toEqual(places);
});
