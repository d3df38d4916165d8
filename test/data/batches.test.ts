import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  batchCount,
  batches,
  dataset,
  digits,
  faces,
  prefetch,
  shuffled,
  stored,
  subset,
  together,
} from '../../src/data/index.ts';
import { device, key, scope, setDevice, split, tensor, vmap, type Key, type Tensor } from '../../src/index.ts';

const start = device();
afterEach(async () => setDevice(start));

const numbers = (n: number) => dataset({ x: { data: Float32Array.from({ length: n }, (_, i) => i), shape: [n] } });

async function valuesOf(source: AsyncIterable<{ x: Tensor }>): Promise<number[][]> {
  const all: number[][] = [];
  for await (const { x } of source) all.push([...(await x.data())]);
  return all;
}

describe('shuffled', () => {
  test('is a permutation, a function of the key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.nat(), (n, seed) => {
        const order = shuffled(key(seed), n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(shuffled(key(seed), n)).toEqual(order);
      }),
    );
  });

  test('gives each of the 24 orders of four things as often as the others', () => {
    const counts = new Map<string, number>();
    const n = 12_000;
    for (let seed = 0; seed < n; seed++) {
      const order = shuffled(key(seed), 4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chi2 = [...counts.values()].reduce((sum, c) => sum + (c - n / 24) ** 2 / (n / 24), 0);
    // χ² with 23 degrees of freedom is above 49.7 with probability 0.001.
    expect(chi2).toBeLessThan(49.7);
  });

  test('says what is wrong', () => {
    expect(() => shuffled(key(1), 1.5)).toThrow('shuffled: the count must be an integer from 0 to 2^32, got 1.5');
    expect(() => shuffled(1 as unknown as Key, 5)).toThrow('shuffled: a key is needed, made by key(seed), got 1');
    const inside = (k: Key): Tensor => tensor(Float32Array.from(shuffled(k, 5)));
    expect(() => vmap(inside)(split(key(1), 2))).toThrow('shuffled: the key must be known here');
  });
});

describe('batches', () => {
  test('cover each example once an epoch, whatever the size, in another order each time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 2 }),
        async (n, size, ahead) => {
          const got = await valuesOf(batches(numbers(n), { size, key: key(n), epochs: 2, ahead }));
          const count = batchCount(n, size);
          expect(got).toHaveLength(2 * count);
          for (const epoch of [got.slice(0, count), got.slice(count)])
            expect(epoch.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
          expect(got.slice(0, count - 1).every((batch) => batch.length === size)).toBe(true);
          if (n > 12) expect(got.slice(0, count)).not.toEqual(got.slice(count));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('without a key come in order, and drop leaves out what is left over', async () => {
    expect(await valuesOf(batches(numbers(5), { size: 2 }))).toEqual([[0, 1], [2, 3], [4]]);
    expect(await valuesOf(batches(numbers(5), { size: 2, drop: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test('that start later are those that an earlier run would have gone on with', async () => {
    const options = { size: 3, key: key(4), epochs: 3 };
    const whole = await valuesOf(batches(numbers(10), options));
    for (const start of [0, 1, 4, 7, 12])
      expect(await valuesOf(batches(numbers(10), { ...options, start }))).toEqual(whole.slice(start));
  });

  test('hold bytes of light as numbers from 0 to 1, and labels as they are', async () => {
    const world = faces({ key: key(3), size: 4 });
    const rows = await world.rows([0, 1, 2, 3]);
    for await (const { images, labels } of batches(world, { size: 4 })) {
      expect(images.shape).toEqual([4, 3, 32, 32]);
      expect([...(await images.data())]).toEqual(Array.from(rows.images.data, (x) => Math.fround(x * (1 / 255))));
      expect([...(await labels.data())]).toEqual([...rows.labels.data]);
    }
  });

  test('are doubles on the reference device', async () => {
    await setDevice('reference');
    for await (const { x } of batches(numbers(2), { size: 2 })) expect(await x.data()).toBeInstanceOf(Float64Array);
  });

  test('made inside of a scope are freed with it, those made ahead are not', async () => {
    const source = batches(numbers(4), { size: 2 });
    const first = await scope(async () => {
      const { value } = await source.next();
      return { sum: value!.x.sum() };
    });
    expect(await first.sum.item()).toBe(1);
    const { value } = await source.next();
    expect([...(await value!.x.data())]).toEqual([2, 3]);
  });

  test('say what is wrong', () => {
    const rows = numbers(3);
    expect(() => batches(rows, { size: 0 })).toThrow('batches: size must be a positive integer, got 0');
    expect(() => batches(rows, { size: 2, key: 5 as never })).toThrow(
      'batches: a key is needed, made by key(seed), got 5',
    );
    expect(() => batches(rows, { size: 4, drop: true })).toThrow(
      'batches: 3 examples make no batch of 4, as smaller ones are dropped',
    );
    expect(() => batches(numbers(0), { size: 4 })).toThrow('batches: 0 examples make no batch of 4');
    expect(() => batches(rows, { size: 1, epochs: 0.5 })).toThrow(
      'batches: epochs must be a non-negative integer or Infinity, got 0.5',
    );
    expect(() => batches(rows, { size: 1, epoch: 1 } as never)).toThrow('did you mean epochs?');
    expect(() => batches(rows, { size: 1, start: -1 })).toThrow(
      'batches: start must be a non-negative integer, got -1',
    );
    expect(() => batches(rows, { size: 1, ahead: -1 })).toThrow(
      'batches: ahead must be an integer from 0 to 1024, got -1',
    );
    expect(() => batches(rows, { size: 1, drop: 1 as never })).toThrow('batches: drop must be true or false, got 1');
  });
});

describe('prefetch', () => {
  /** Counts what has been asked for. */
  async function* counting(log: number[], n: number): AsyncGenerator<number, void, undefined> {
    try {
      for (let i = 0; i < n; i++) {
        log.push(i);
        yield i;
      }
    } finally {
      log.push(-1);
    }
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

  test('makes the next value while the last one is in use, and no more than that', async () => {
    const log: number[] = [];
    const seen: number[][] = [];
    for await (const i of prefetch(counting(log, 4))) {
      expect(log).not.toContain(i + 1);
      await turn();
      seen.push([i, Math.max(...log)]);
    }
    expect(seen).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 3],
    ]);
  });

  test('gives the same values however far ahead it goes, and ends its source when it is left', async () => {
    for (const ahead of [1, 2, 5]) {
      const log: number[] = [];
      const got: number[] = [];
      for await (const i of prefetch(counting(log, 6), { ahead })) {
        got.push(i);
        if (i === 3) break;
      }
      expect(got).toEqual([0, 1, 2, 3]);
      expect(log.at(-1)).toBe(-1);
    }
  });

  test('hands on an error at its place', async () => {
    async function* failing(): AsyncGenerator<number, void, undefined> {
      yield 1;
      throw new Error('the disk is gone');
    }
    const got: number[] = [];
    const run = async () => {
      for await (const i of prefetch(failing())) got.push(i);
    };
    await expect(run()).rejects.toThrow('the disk is gone');
    expect(got).toEqual([1]);
  });

  test('says what is wrong', () => {
    expect(() => prefetch(counting([], 1), { ahead: 0 })).toThrow(
      'prefetch: ahead must be an integer from 1 to 1024, got 0',
    );
  });
});

test('together ends with its first source and ends the others', async () => {
  const ended: string[] = [];
  async function* count(name: string, n: number): AsyncGenerator<number, void, undefined> {
    try {
      for (let i = 0; i < n; i++) yield i;
    } finally {
      ended.push(name);
    }
  }
  const got: unknown[] = [];
  for await (const both of together({ a: count('a', 2), b: count('b', 100) })) got.push(both);
  expect(got).toEqual([
    { a: 0, b: 0 },
    { a: 1, b: 1 },
  ]);
  expect(ended.sort()).toEqual(['a', 'b']);
});

describe('data sets', () => {
  test('a subset has the rows that are listed, or a range of them, and so has one of a subset', async () => {
    const ten = numbers(10);
    const listed = [7, 2, 2];
    const few = subset(ten, listed);
    listed[0] = 9;
    expect([...(await few.rows([0, 1, 2])).x.data]).toEqual([7, 2, 2]);
    expect([...(await subset(subset(ten, { start: 4 }), { start: 1, stop: 3 }).rows([1, 0])).x.data]).toEqual([6, 5]);
  });

  test('what is stored has the same rows, bytes for bytes', async () => {
    const world = digits({ key: key(8), size: 6 });
    const kept = await stored(world);
    expect(await kept.rows([5, 0])).toEqual(await world.rows([5, 0]));
  });

  test('errors say which column or row does not fit', () => {
    const two = { data: new Float32Array(2), shape: [2] };
    expect(() => dataset({})).toThrow('dataset: at least one column is needed, got none');
    expect(() => dataset({ x: { ...two, shape: [3] } })).toThrow('dataset: 2 numbers of x cannot have shape [3]');
    expect(() => dataset({ x: two, y: { data: new Float32Array(3), shape: [3, 1] } })).toThrow(
      'dataset: columns must have as many rows as each other, got x [2] and y [3, 1]',
    );
    expect(() => dataset({ x: two }).rows([2])).toThrow('dataset: a row must be an integer from 0 to 1, got 2');
    expect(() => subset(numbers(5), { start: 3, stop: 2 })).toThrow(
      'subset: start and stop must be integers from 0 to 5 in this order, got 3 and 2',
    );
    expect(() => subset(numbers(5), [5])).toThrow('subset: a row must be an integer from 0 to 4, got 5');
    expect(() => subset(numbers(5), []).rows([0])).toThrow('subset: there are no rows, got 0');
  });
});
