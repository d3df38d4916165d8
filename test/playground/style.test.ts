import { expect, test } from 'vitest';
import { textOf } from '../support/sources.ts';

const css = textOf('examples/playground/style.css');

/** The colours of one appearance: the first or the second of each `light-dark(…)`. */
const coloursOf = (which: 0 | 1): ReadonlyMap<string, string> =>
  new Map(
    [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((match) => [
      match[1]!,
      match[2 + which]!,
    ]),
  );

/** The relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const losses = [1, 2, 3, 4, 5, 6].map((i) => `loss-${i}`);

test('every colour that serves for text reaches 4.5:1 and every mark 3:1, in light and in dark', () => {
  for (const colours of [coloursOf(0), coloursOf(1)]) {
    const of = (name: string): string => colours.get(name)!;
    const pairs = [
      ...['paper', 'raised'].flatMap((ground) => [
        ...['ink', 'quiet', 'accent', 'error', ...losses].map((name) => [name, ground, 4.5] as const),
        ['edge', ground, 3] as const,
      ]),
      ['on-accent', 'accent', 4.5] as const,
      ['ink', 'select', 4.5] as const,
      // A letter in the disc of its loss.
      ...losses.map((loss) => ['paper', loss, 4.5] as const),
    ];
    const low = pairs.filter(([a, b, least]) => !(contrast(of(a), of(b)) >= least));
    expect(low.map(([a, b]) => `${a} on ${b}: ${contrast(of(a), of(b)).toFixed(2)}`)).toEqual([]);
  }
});

test('no two losses have one colour, and each has its dashes', () => {
  for (const colours of [coloursOf(0), coloursOf(1)])
    expect(new Set(losses.map((loss) => colours.get(loss))).size).toBe(losses.length);
  const dashes = [...css.matchAll(/--dash-\d: ([^;]+);/g)].map((match) => match[1]);
  expect(new Set(dashes).size).toBe(losses.length);
});
