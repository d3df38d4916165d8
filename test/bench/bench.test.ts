import { expect, test } from 'vitest';
import { filesBelow, textOf } from '../support/sources.ts';
import { distance } from './agree.ts';
import { between, labels, normal, oneHot } from './inputs.ts';
import { groups, parseOptions } from './options.ts';
import { libraries, workloads } from './workloads.ts';

test('without arguments everything is measured', () => {
  expect(parseOptions([])).toEqual({ only: groups, json: false, out: 'out/bench', seconds: 2 });
});

test('--only takes names in either case', () => {
  expect(parseOptions(['--only', 'w1, W4'])).toMatchObject({ only: ['W1', 'W4'] });
});

test.each([
  [['--only', 'W11'], "--only must list some of W1,W2,W3,W4,W5,W6,W7,W8,W9,W10, got 'W11'"],
  [['--only', ''], "--only must list some of W1,W2,W3,W4,W5,W6,W7,W8,W9,W10, got ''"],
  [['--seconds', '0'], "--seconds must be a number from 0.1 to 600, got '0'"],
  [['--out', ''], '--out must name a folder, got an empty name'],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused in one line', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});

test('of each workload it is said who takes part, or why not', () => {
  const silent = workloads
    .filter((w) => w.libraries.length > 1 && !w.libraries.includes('copy'))
    .flatMap(({ name, libraries: taking, missing }) =>
      libraries
        .filter((library) => library !== 'copy' && !taking.includes(library) && missing[library] === undefined)
        .map((library) => `${name}: ${library}`),
    );
  expect(silent).toEqual([]);
  expect(workloads.filter((w) => w.libraries[0] !== 'cotangent')).toEqual([]);
});

test('inputs are the same each time and follow their laws', () => {
  const x = normal(1, [100, 100], 2);
  expect(normal(1, [100, 100], 2)).toEqual(x);
  expect(normal(2, [100, 100], 2)).not.toEqual(x);
  const mean = x.data.reduce((sum, v) => sum + v, 0) / 1e4;
  const variance = x.data.reduce((sum, v) => sum + v * v, 0) / 1e4;
  // Four standard errors of a mean and of a variance of 10 000 numbers.
  expect(Math.abs(mean)).toBeLessThan(4 * (2 / 100));
  expect(Math.abs(variance - 4)).toBeLessThan(4 * 4 * Math.sqrt(2 / 1e4));
  expect(between(3, [1000], -1, 1).data.every((v) => v >= -1 && v <= 1)).toBe(true);
  expect(oneHot(labels(4, [5], 3), 3).data.reduce((sum, v) => sum + v, 0)).toBe(5);
});

test('results are apart by the largest difference over the largest number', () => {
  const a = [Float32Array.of(1, -4), Float32Array.of(0)];
  expect(distance(a, a)).toBe(0);
  expect(distance(a, [Float32Array.of(1.5, -4), Float32Array.of(0)])).toBe(0.125);
  expect(distance(a, [Float32Array.of(1, NaN), Float32Array.of(0)])).toBe(Infinity);
  expect(distance(a, [Float32Array.of(1, -4)])).toBe(Infinity);
  expect(distance([Float32Array.of(0)], [Float32Array.of(1)])).toBe(Infinity);
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

test('the peers are pinned, and named with their versions in docs/dependencies.md', () => {
  const { dependencies } = JSON.parse(textOf('test/bench/package.json')) as Manifest;
  const page = textOf('docs/dependencies.md');
  for (const [name, version] of Object.entries(dependencies)) {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(page).toContain(`\`${name}\` ${version}`);
  }
});

test('only the process of a peer imports it', () => {
  const { dependencies } = JSON.parse(textOf('test/bench/package.json')) as Manifest;
  const importing = filesBelow('test', '.ts')
    .filter((path) => !path.includes('node_modules'))
    .filter((path) => Object.keys(dependencies).some((name) => textOf(path).includes(`from '${name}'`)));
  expect(importing).toEqual([]);
});
