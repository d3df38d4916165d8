import { expect, test } from 'vitest';
import { batches, together, transferPair } from '../../src/data/index.ts';
import { outlines, textures } from '../../src/data/transfer/outlines.ts';
import { drawThing } from '../../src/data/transfer/drawThing.ts';
import { Draws } from '../../src/data/world/draws.ts';
import { key } from '../../src/index.ts';

const pair = transferPair({ key: key(1), sourceSize: 1000, targetSize: 300, testSize: 200 });

test('source and target have no class in common, and every outline and texture of the target is also in the source', () => {
  expect(pair.sourceClasses).toHaveLength(50);
  expect(pair.targetClasses).toHaveLength(10);
  expect(new Set([...pair.sourceClasses, ...pair.targetClasses]).size).toBe(60);
  for (const name of pair.targetClasses) {
    const [outline, texture] = name.split(' with ') as [string, string];
    expect(pair.sourceClasses.some((other) => other.startsWith(`${outline} `))).toBe(true);
    expect(pair.sourceClasses.some((other) => other.endsWith(` ${texture}`))).toBe(true);
  }
});

test('each class occurs as often as the others', async () => {
  for (const [data, classes, limit] of [
    // χ² with 49 and with 9 degrees of freedom is above these with probability 0.001.
    [pair.source, 50, 85.4],
    [pair.target, 10, 27.9],
    [pair.test, 10, 27.9],
  ] as const) {
    const { labels } = await data.rows(Array.from({ length: data.size }, (_, i) => i));
    const counts = Array.from({ length: classes }, () => 0);
    for (const label of labels.data) counts[label]!++;
    const expected = data.size / classes;
    expect(counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0)).toBeLessThan(limit);
  }
});

test('outline and texture can be seen: with the same draws each of the 60 classes gives another picture', () => {
  const pictures = Object.values(outlines).flatMap((outline) =>
    Object.values(textures).map((texture) => {
      const bytes = new Uint8Array(3 * 32 * 32);
      drawThing(outline, texture, new Draws(5, 6), 32).write(bytes, 0);
      return bytes.join();
    }),
  );
  expect(new Set(pictures).size).toBe(60);
});

test('source and target come in batches of their own, side by side, as long as the shorter lasts', async () => {
  const sizes: number[][] = [];
  for await (const { source, target } of together({
    source: batches(pair.source, { size: 400, key: key(1) }),
    target: batches(pair.target, { size: 50, key: key(2), epochs: Infinity }),
  })) {
    expect(source.images.shape.slice(1)).toEqual([3, 32, 32]);
    sizes.push([source.images.shape[0]!, source.labels.shape[0]!, target.labels.shape[0]!]);
  }
  expect(sizes).toEqual([
    [400, 400, 50],
    [400, 400, 50],
    [200, 200, 50],
  ]);
});
