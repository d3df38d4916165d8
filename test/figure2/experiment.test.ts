import { beforeAll, describe, expect, test } from 'vitest';
import { experiment, rates, type Results, type Settings } from '../../examples/figure2/experiment.ts';
import { lossAt } from '../../examples/figure2/landscapes.ts';
import { methods } from '../../examples/figure2/methods.ts';
import { claims, conclusions } from '../../examples/figure2/order.ts';
import { page } from '../../examples/figure2/report.ts';
import { tables } from '../../examples/figure2/table.ts';
import { setDevice } from '../../src/index.ts';

await setDevice('reference');

const settings: Settings = { seed: 3, steps: 30, starts: 4, landscapes: 2 };
const none = (): void => undefined;
let results: Results;
let shares: number[];
beforeAll(async () => {
  shares = [];
  results = await experiment(settings, 'reference', (_, share) => shares.push(share));
});

test('the same seed gives the same JSON, another seed another', async () => {
  const json = JSON.stringify(results);
  expect(JSON.stringify(await experiment(settings, 'reference', none))).toBe(json);
  const other = await experiment({ ...settings, seed: 4 }, 'reference', none);
  expect(JSON.stringify(other.families)).not.toBe(JSON.stringify(results.families));
});

/** Every path in a value, elements of arrays as []. */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((v) => pathsOf(v, `${path}[]`)))];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([k, v]) => pathsOf(v, `${path}.${k}`));
  return [`${path}: ${typeof value}`];
}

test('the JSON has the form that its name promises', () => {
  expect(results.format).toBe('cotangent-figure2-1');
  expect(pathsOf(JSON.parse(JSON.stringify(results))).sort()).toEqual(
    [
      '.format: string',
      '.settings.seed: number',
      '.settings.steps: number',
      '.settings.starts: number',
      '.settings.landscapes: number',
      '.settings.device: string',
      '.settings.interval[]: number',
      '.settings.rates[]: number',
      '.settings.search.landscapes: number',
      '.settings.search.starts: number',
      '.settings.near: number',
      '.checkpoints[]: number',
      '.families[].name: string',
      '.families[].a[]: number',
      '.families[].landscapes[].a[]: number',
      '.families[].landscapes[].b[]: number',
      '.families[].landscapes[].deepest: number',
      '.families[].methods[].name: string',
      '.families[].methods[].rate: number',
      '.families[].methods[].search[]: number',
      '.families[].methods[].summary.median: number',
      '.families[].methods[].summary.lowerQuartile: number',
      '.families[].methods[].summary.upperQuartile: number',
      '.families[].methods[].summary.mean: number',
      '.families[].methods[].summary.found: number',
      '.families[].methods[].curve[]: number',
      '.families[].methods[].finals[][]: number',
      '.comparisons[].first: string',
      '.comparisons[].second: string',
      '.comparisons[].lower: number',
      '.comparisons[].higher: number',
      '.comparisons[].byFamily[].lower: number',
      '.comparisons[].byFamily[].higher: number',
      '.comparisons[].p: number',
    ].sort(),
  );
});

test('there is a final loss for each method, landscape and start, and curves end at their mean', () => {
  expect(results.checkpoints).toEqual([0, 25, 30]);
  for (const family of results.families) {
    expect(family.methods.map((m) => m.name)).toEqual(methods.map((m) => m.name));
    for (const m of family.methods) {
      expect(m.finals.map((list) => list.length)).toEqual([4, 4]);
      expect(m.curve.length).toBe(3);
      const excess = m.finals.flatMap((list, l) => list.map((x) => x - family.landscapes[l]!.deepest));
      expect(m.curve.at(-1)).toBeCloseTo(excess.reduce((a, b) => a + b, 0) / excess.length, 5);
      expect(m.summary.mean).toBeCloseTo(m.curve.at(-1)!, 5);
    }
  }
});

test('all methods start at the same points', () => {
  for (const { methods: all } of results.families) expect(new Set(all.map((m) => m.curve[0])).size).toBe(1);
});

test('the rate is the one with the least mean on the landscapes of the search', () => {
  for (const m of results.families.flatMap((f) => f.methods)) {
    expect(m.search.length).toBe(rates.length);
    expect(m.search[rates.indexOf(m.rate)]).toBe(Math.min(...m.search));
  }
});

test('progress grows to its end', () => {
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1, 12);
});

describe('the report', () => {
  const parts = (): [Results, ReturnType<typeof claims>, string[]] => {
    const list = claims(results.comparisons);
    return [results, list, conclusions(list)];
  };

  test('is a page that needs nothing else', () => {
    const html = page(...parts());
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)|NaN|undefined/);
    // Names of XML's vocabularies are no addresses to load from.
    expect(html.replace(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:/);
    for (const label of ['The landscapes', 'Loss curves', 'The search for learning rates'])
      expect(html).toContain(`aria-label="${label}"`);
    for (const { name } of results.families) expect(html).toContain(`Final losses, ${name}`);
  });

  test('says on page and terminal what the numbers say of the paper’s order', () => {
    const [all, list, said] = parts();
    const text = tables(all, list, said);
    for (const line of said) {
      expect(text).toContain(line);
      expect(page(all, list, said)).toContain(line);
    }
    for (const { name } of methods) expect(text).toContain(name);
    expect(text).toContain('GradDrop < Random GradDrop');
    expect(text).not.toMatch(/NaN|undefined/);
  });
});

test('deepest minima are those of the printed landscapes', () => {
  for (const landscape of results.families.flatMap((f) => f.landscapes)) {
    let least = Infinity;
    for (let w = -10; w <= 10; w += 0.01) least = Math.min(least, lossAt(landscape, w));
    expect(landscape.deepest).toBeLessThanOrEqual(least + 1e-9);
    expect(landscape.deepest).toBeGreaterThan(least - 0.02);
  }
});
