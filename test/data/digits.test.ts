import { describe, expect, test } from 'vitest';
import { dataset, digits, shuffled, twoDigits, type Columns, type Dataset } from '../../src/data/index.ts';
import { foldIn, key } from '../../src/index.ts';

const all = async <Name extends string>(whole: Dataset<Name>): Promise<Columns<Name>> =>
  whole.rows(Array.from({ length: whole.size }, (_, i) => i));

test('each digit occurs as often as the others, and inks its picture by less than half and more than a fiftieth', async () => {
  const { images, labels } = await all(digits({ key: key(1), size: 1000 }));
  const counts = Array.from({ length: 10 }, () => 0);
  for (const label of labels.data) counts[label]!++;
  const chi2 = counts.reduce((sum, c) => sum + (c - 100) ** 2 / 100, 0);
  // χ² with 9 degrees of freedom is above 27.9 with probability 0.001.
  expect(chi2).toBeLessThan(27.9);
  for (let i = 0; i < 1000; i++) {
    const ink = Array.from(images.data.subarray(i * 784, (i + 1) * 784)).reduce((sum, x) => sum + x, 0) / 255 / 784;
    expect(ink).toBeGreaterThan(0.02);
    expect(ink).toBeLessThan(0.5);
  }
});

test('the nearest of the mean pictures of the classes tells most digits, but far from all', async () => {
  const { images, labels } = await all(digits({ key: key(2), size: 1800 }));
  const means = Array.from({ length: 10 }, () => new Float64Array(784));
  const counts = Array.from({ length: 10 }, () => 0);
  const picture = (i: number) => Array.from(images.data.subarray(i * 784, (i + 1) * 784));
  for (let i = 0; i < 1500; i++) {
    counts[labels.data[i]!]!++;
    for (const [p, x] of picture(i).entries()) means[labels.data[i]!]![p]! += x;
  }
  let right = 0;
  for (let i = 1500; i < 1800; i++) {
    const distances = means.map((mean, c) =>
      picture(i).reduce((sum, x, p) => sum + (x - mean[p]! / counts[c]!) ** 2, 0),
    );
    if (distances.indexOf(Math.min(...distances)) === labels.data[i]) right++;
  }
  expect(right / 300).toBeGreaterThan(0.5);
  expect(right / 300).toBeLessThan(0.95);
});

describe('two digits', () => {
  /** Digits of any brightness, each picture apart from the others. */
  const given = dataset({
    images: {
      data: Uint8Array.from({ length: 12 * 784 }, (_, i) => (i * 7919 + (i >> 5) * 104729) % 256),
      shape: [12, 1, 28, 28],
      scale: 1 / 255,
    },
    labels: { data: Uint8Array.from({ length: 12 }, (_, i) => i % 10), shape: [12] },
  });

  test('is the overlay of digit i and a random one on a 36 × 36 canvas, resized to the nearest pixels', async () => {
    const single = await all(given);
    const { images, left, right } = await all(twoDigits({ key: key(3), digits: given }));
    expect([...left.data]).toEqual([...single.labels.data]);
    for (let i = 0; i < 12; i++) {
      // Which digit is to the right is told by its label, up to the two that have the same.
      const candidates = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].filter((j) => j % 10 === right.data[i]);
      const pictures = candidates.map((j) => {
        const canvas = new Uint8Array(36 * 36);
        for (let y = 0; y < 28; y++)
          for (let x = 0; x < 28; x++) {
            const a = y * 36 + x;
            const b = (y + 8) * 36 + x + 8;
            canvas[a] = Math.max(canvas[a]!, single.images.data[i * 784 + y * 28 + x]!);
            canvas[b] = Math.max(canvas[b]!, single.images.data[j * 784 + y * 28 + x]!);
          }
        // Nearest: the canvas pixel into which the middle of the picture's pixel falls.
        return Array.from({ length: 784 }, (_, p) => {
          const [y, x] = [Math.floor(p / 28), p % 28].map((v) => Math.floor(((v + 0.5) * 36) / 28)) as [number, number];
          return canvas[y * 36 + x]!;
        });
      });
      expect(pictures).toContainEqual([...images.data.subarray(i * 784, (i + 1) * 784)]);
    }
  });

  test('keeps the scale of the digits that it is given', async () => {
    const { images } = await twoDigits({ key: key(3), digits: given }).rows([0, 5]);
    expect(images.scale).toBe(1 / 255);
    expect(images.shape).toEqual([2, 1, 28, 28]);
  });

  test('draws all pairs of its own digits about as often', async () => {
    const { left, right } = await all(twoDigits({ key: key(4), size: 1000 }));
    const counts = Array.from({ length: 100 }, () => 0);
    for (let i = 0; i < 1000; i++) counts[10 * left.data[i]! + right.data[i]!]!++;
    const chi2 = counts.reduce((sum, c) => sum + (c - 10) ** 2 / 10, 0);
    // χ² with 99 degrees of freedom is above 148.2 with probability 0.001.
    expect(chi2).toBeLessThan(148.2);
  });

  test('says what is wrong', async () => {
    expect(() => twoDigits({ key: key(1) })).toThrow(
      'twoDigits: size is needed where no digits are given, got undefined',
    );
    const tiny = dataset({
      images: { data: new Uint8Array(4), shape: [1, 1, 2, 2] },
      labels: { data: new Uint8Array(1), shape: [1] },
    });
    await expect(twoDigits({ key: key(1), digits: tiny }).rows([0])).rejects.toThrow(
      'twoDigits: digits must be 28 × 28 pictures of one colour, got [1, 2, 2]',
    );
    expect(() => digits({ key: key(1), size: -1 })).toThrow('digits: size must be an integer from 0 to 2^32, got -1');
    expect(() => digits({ key: 1 as never, size: 1 })).toThrow('digits: a key is needed, made by key(seed), got 1');
    expect(() => digits({ key: key(1), size: 1, pixel: 3 } as never)).toThrow('did you mean pixels?');
    expect(() => digits({ key: key(1), size: 3 }).rows([3])).toThrow(
      'digits: a row must be an integer from 0 to 2, got 3',
    );
  });
});

test('example i is the same whatever is read with it', async () => {
  const world = digits({ key: key(9), size: 50 });
  const whole = await all(world);
  const order = shuffled(foldIn(key(9), 1), 50);
  const { images } = await world.rows(order);
  for (const [i, row] of order.entries())
    expect(images.data.subarray(i * 784, (i + 1) * 784)).toEqual(
      whole.images.data.subarray(row * 784, (row + 1) * 784),
    );
});
