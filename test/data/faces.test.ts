import { describe, expect, test } from 'vitest';
import { axes, beards, faceAttributes, factors, type FaceAttribute } from '../../src/data/faces/attributes.ts';
import { drawAttributes } from '../../src/data/faces/drawAttributes.ts';
import { drawFace } from '../../src/data/faces/drawFace.ts';
import { Draws } from '../../src/data/world/draws.ts';
import { faces } from '../../src/data/index.ts';
import { key } from '../../src/index.ts';

const n = 20_000;
const numberOf = (name: FaceAttribute): number => faceAttributes.indexOf(name);
const sample = Array.from({ length: n }, (_, i) => {
  const labels = new Uint8Array(faceAttributes.length);
  drawAttributes(new Draws(11, 12).fold(i), labels);
  return labels;
});
const share = (has: (labels: Uint8Array) => boolean): number => sample.filter(has).length / n;

/** The share of each attribute as the model states it. */
const stated = new Map(
  [...axes.flatMap(({ cuts }) => cuts), ...beards].map(([name, percent]) => [name, percent / 100]),
);

describe('attributes', () => {
  test('there are 40, and each has one stated share', () => {
    expect(new Set(faceAttributes).size).toBe(40);
    const named = [...axes.flatMap(({ cuts }) => cuts), ...beards].map(([name]) => name).filter((name) => name !== '');
    expect(named.sort()).toEqual([...faceAttributes].sort());
  });

  test('no loadings explain more than all of an axis, and the shares of each axis make 100 %', () => {
    for (const { loadings, cuts } of axes) {
      expect(factors.reduce((sum, f) => sum + (loadings[f] ?? 0) ** 2, 0)).toBeLessThanOrEqual(1 + 1e-12);
      expect(cuts.reduce((sum, [, percent]) => sum + percent, 0)).toBeCloseTo(100, 10);
    }
  });

  test.each(faceAttributes)('%s occurs as often as stated, within 4.5 standard deviations', (name) => {
    const p = stated.get(name)!;
    const got = share((labels) => labels[numberOf(name)] === 1);
    expect(Math.abs(got - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / n));
  });

  test('names on one axis exclude each other, and nobody without a beard has a kind of beard', () => {
    for (const { cuts } of axes) {
      const numbers = cuts.filter(([name]) => name !== '').map(([name]) => numberOf(name as FaceAttribute));
      expect(share((labels) => numbers.filter((k) => labels[k]).length > 1)).toBe(0);
    }
    const kinds = beards.map(([name]) => numberOf(name as FaceAttribute));
    expect(share((labels) => labels[numberOf('No_Beard')] === 1 && kinds.some((k) => labels[k]))).toBe(0);
  });
});

/** P(z₁ > s, z₂ > t) of two standard normal numbers of correlation r, by Simpson's rule. */
function bothAbove(s: number, t: number, r: number): number {
  const normal = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const steps = 100;
  // Plackett 1954: the derivative of this probability by r is the density of the pair.
  const density = (c: number): number =>
    Math.exp(-(s * s - 2 * c * s * t + t * t) / (2 * (1 - c * c))) / (2 * Math.PI * Math.sqrt(1 - c * c));
  const upper = (x: number): number => {
    let sum = 0;
    for (let i = 0; i <= 400; i++) sum += normal(x + (i * (10 - x)) / 400) * (i === 0 || i === 400 ? 1 : i % 2 ? 4 : 2);
    return (sum * (10 - x)) / 400 / 3;
  };
  let sum = 0;
  for (let i = 0; i <= steps; i++) sum += density((i * r) / steps) * (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2);
  return upper(s) * upper(t) + (sum * r) / steps / 3;
}

/**
 * The threshold that a share of standard normal numbers is above, by bisection of the integral
 * above.
 */
function threshold(p: number): number {
  let [low, high] = [-6, 6];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (bothAbove(middle, -8, 0) > p) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * What goes together in CelebA and what does not: the sign of the strongest correlations of its
 * attribute list.
 */
const signs: readonly (readonly [FaceAttribute, FaceAttribute, 1 | -1])[] = [
  ['Male', 'Wearing_Lipstick', -1],
  ['Male', 'Heavy_Makeup', -1],
  ['Male', 'No_Beard', -1],
  ['Male', 'Goatee', 1],
  ['Male', 'Sideburns', 1],
  ['Male', 'Wearing_Necktie', 1],
  ['Male', 'Arched_Eyebrows', -1],
  ['Male', 'Wavy_Hair', -1],
  ['Male', 'Blond_Hair', -1],
  ['Male', 'Young', -1],
  ['Heavy_Makeup', 'Wearing_Lipstick', 1],
  ['Smiling', 'High_Cheekbones', 1],
  ['Smiling', 'Mouth_Slightly_Open', 1],
  ['Chubby', 'Double_Chin', 1],
  ['Young', 'Gray_Hair', -1],
  ['Young', 'Bald', -1],
  ['Young', 'Eyeglasses', -1],
  ['Bags_Under_Eyes', 'Young', -1],
  ['Big_Nose', 'Male', 1],
  ['Rosy_Cheeks', 'Heavy_Makeup', 1],
];

test.each(signs)('%s and %s are correlated with sign %i', (a, b, sign) => {
  const [p, q] = [numberOf(a), numberOf(b)].map((k) => share((labels) => labels[k] === 1)) as [number, number];
  const together = share((labels) => labels[numberOf(a)] === 1 && labels[numberOf(b)] === 1);
  const phi = (together - p * q) / Math.sqrt(p * (1 - p) * q * (1 - q));
  // Of independent attributes it would be within 4.5/√n.
  expect(sign * phi).toBeGreaterThan(4.5 / Math.sqrt(n));
});

const alone = axes.filter(({ cuts }) => cuts.length === 2 && cuts[0]![0] === '');

test('attributes occur together as often as the bivariate normal distribution says, all pairs of axes with one cut', () => {
  const at = alone.map(({ cuts }) => threshold(cuts[1]![1] / 100));
  for (const [i, a] of alone.entries())
    for (const [j, b] of alone.entries()) {
      if (j <= i) continue;
      const r = factors.reduce((sum, f) => sum + (a.loadings[f] ?? 0) * (b.loadings[f] ?? 0), 0);
      const p = bothAbove(at[i]!, at[j]!, r);
      const [ka, kb] = [a, b].map(({ cuts }) => numberOf(cuts[1]![0] as FaceAttribute)) as [number, number];
      const got = share((labels) => labels[ka] === 1 && labels[kb] === 1);
      // 406 pairs: one is beyond 4.75 standard deviations with probability 0.0008.
      expect(Math.abs(got - p), `${a.cuts[1]![0]} and ${b.cuts[1]![0]}`).toBeLessThan(
        4.75 * Math.sqrt((p * (1 - p)) / n),
      );
    }
});

describe('pictures', () => {
  const bytes = (labels: Uint8Array, draws: Draws, pixels = 32): Uint8Array => {
    const out = new Uint8Array(3 * pixels * pixels);
    drawFace(labels, draws, pixels).write(out, 0);
    return out;
  };
  const differing = (a: Uint8Array, b: Uint8Array): number => a.filter((x, i) => x !== b[i]).length;

  test.each(faceAttributes)(
    '%s can be seen: without it, or with it, each of 20 faces differs, and the noise does not',
    (name) => {
      for (const labels of sample.slice(0, 20)) {
        const other = labels.slice();
        other[numberOf(name)] = 1 - labels[numberOf(name)]!;
        expect(differing(bytes(labels, new Draws(1, 2)), bytes(other, new Draws(1, 2)))).toBeGreaterThan(0);
      }
    },
  );

  test('what no attribute tells changes most of the picture and none of the labels', () => {
    for (const labels of sample.slice(0, 20)) {
      const [a, b] = [bytes(labels, new Draws(1, 2)), bytes(labels, new Draws(1, 3))];
      expect(differing(a, b)).toBeGreaterThan(0.8 * a.length);
    }
  });

  test('a local attribute changes a small part of the picture, so the rest of it is nuisance', () => {
    for (const labels of sample.slice(0, 20)) {
      const other = labels.slice();
      other[numberOf('Bags_Under_Eyes')] = 1 - labels[numberOf('Bags_Under_Eyes')]!;
      if (labels[numberOf('Blurry')]) continue;
      expect(differing(bytes(labels, new Draws(1, 2)), bytes(other, new Draws(1, 2)))).toBeLessThan(0.1 * 3072);
    }
  });

  test('64 × 64 faces are the same faces, closer up', async () => {
    const [small, large] = [32, 64].map((pixels) =>
      faces({ key: key(5), size: 8, pixels }).rows([0, 1, 2, 3, 4, 5, 6, 7]),
    );
    const [a, b] = [await small, await large] as const;
    expect(b!.labels.data).toEqual(a!.labels.data);
    let square = 0;
    const [x, y] = [a!.images.data, b!.images.data];
    for (let k = 0; k < 24; k++)
      for (let v = 0; v < 32; v++)
        for (let u = 0; u < 32; u++) {
          const at = (k * 64 + 2 * v) * 64 + 2 * u;
          const mean = (y[at]! + y[at + 1]! + y[at + 64]! + y[at + 65]!) / 4;
          square += (mean - x[(k * 32 + v) * 32 + u]!) ** 2 / (24 * 1024);
        }
    // Noise of 0.02 to 0.08 in one and half of it in the other is at most 0.09 · 255 together;
    // borders add little.
    expect(Math.sqrt(square)).toBeLessThan(0.1 * 255);
  });
});
