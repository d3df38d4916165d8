import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { filesBelow, textOf } from '../support/sources.ts';
import { distance } from './agree.ts';
import type { Half } from './half.ts';
import { between, labels, normal, oneHot } from './inputs.ts';
import { bars, verdicts } from './bars.ts';
import { run as runBench } from './cli.ts';
import { floorOf } from './floor.ts';
import { growth } from './growth.ts';
import type { Limits } from './limits.ts';
import { compare, spread, type Measured, type WorkloadResult } from './measure.ts';
import type { Running } from './messages.ts';
import { node } from './node.ts';
import { parseOptions } from './options.ts';
import { inPage } from './pages/half.ts';
import { page } from './show/report.ts';
import { filled, sections } from './show/sections.ts';
import { text } from './show/text.ts';
import { timeRows } from './show/timeRows.ts';
import { verdictRows } from './show/verdictRows.ts';
import { libraries, workloads, type Name } from './workloads.ts';

test('without arguments everything is measured', () => {
  expect(parseOptions([], node.groups)).toEqual({ only: node.groups, json: false, out: 'out/bench', seconds: 1 });
});

test('--only takes names in either case', () => {
  expect(parseOptions(['--only', 'w1, Cold'], node.groups)).toMatchObject({ only: ['W1', 'COLD'] });
});

test.each([
  [['--only', 'W11'], "--only must list some of W1,W2,W3,W4,W5,W6,W7,W8,W9,W10,COLD, got 'W11'"],
  [['--only', ''], "--only must list some of W1,W2,W3,W4,W5,W6,W7,W8,W9,W10,COLD, got ''"],
  [['--seconds', '0'], "--seconds must be a number from 0.1 to 600, got '0'"],
  [['--out', ''], '--out must name a folder, got an empty name'],
  [['--fast'], "Unknown option '--fast'"],
])('%j is refused in one line', (args, message) => {
  expect(() => parseOptions(args, node.groups)).toThrow(message);
});

test('of each workload it is said who takes part, or why not', () => {
  const silent = workloads
    .filter((w) => w.libraries.length > 1)
    .flatMap(({ name, libraries: taking, missing }) =>
      libraries
        .filter((library) => !taking.includes(library) && missing[library] === undefined)
        .map((library) => `${name}: ${library}`),
    );
  expect(silent).toEqual([]);
  expect(workloads.filter((w) => w.libraries[0] !== 'cotangent')).toEqual([]);
});

/** Someone whose calls take so many milliseconds. */
const measured = (name: Name, milliseconds: number): Measured => ({
  name,
  backend: 'some',
  importing: 1,
  first: 1,
  wall: spread([milliseconds]),
  least: milliseconds,
  cpu: spread([milliseconds]),
  distance: 0,
  plan: { steps: 10, bytes: 0, live: 0 },
});

const ratio = (to: Name, by: number) => ({ to, wall: spread([by]), cpu: spread([by]), least: by });

const result = (group: string, name: string, rest: Partial<WorkloadResult>): WorkloadResult => ({
  group,
  name,
  api: 'wasm',
  missing: {},
  flops: 1e6,
  bytes: 1e6,
  measured: [measured('cotangent', 2), measured('tfjs', 3)],
  ...rest,
});

const machine = { date: '2026-01-01', processor: 'one', cores: 2, system: 'linux', node: '20', load: [0, 0] as const };
const run = { machine, versions: { cotangent: '0.1.0' }, seconds: 1, workloads: [] };

test('every bar is that of a workload', () => {
  const known = workloads.flatMap(({ group, name }) => [group, `${group} ${name}`]);
  expect(Object.keys(bars.wasm).filter((key) => !known.includes(key))).toEqual([]);
});

test('PyTorch has columns and a bar of its own where it was measured, and no peer is replaced by it', () => {
  const taken = [measured('cotangent', 2), measured('jax-js', 30), measured('PyTorch', 1)];
  const compared = result('W9', 'a product', {
    measured: taken,
    peer: ratio('jax-js', 15),
    native: ratio('PyTorch', 0.5),
  });
  expect(verdicts([compared]).map(({ got, unit, met }) => [got, unit, met])).toEqual([
    [15, '× jax-js', true],
    [0.5, '× PyTorch', false],
  ]);
  const { head, rows } = timeRows([compared]);
  expect(rows[0]![head.indexOf('PyTorch')]).toContain('1.00');
  expect(timeRows([result('W9', 'a product', {})]).head.join()).not.toContain('PyTorch');
});

test('a ratio at its bar meets it, one below does not', () => {
  const one = result('W1', 'a step', { peer: ratio('tfjs', 1.25) });
  const other = result('W8', '40 heads, GradDrop', { peer: ratio('tfjs', 6), baseline: ratio('plain sum', 0.89) });
  const cold = [
    { library: 'cotangent' as const, importing: spread([12]), starting: spread([1]), first: spread([151]) },
  ];
  expect(verdicts([one, other], { libraries: cold }).map(({ got, bar, met }) => [got, bar, met])).toEqual([
    [1.25, 1.25, true],
    [6, 5, true],
    [0.89, 0.9, false],
    [12, 40, true],
    [151, 150, false],
  ]);
  expect(verdicts([result('W1', 'a step', { api: 'webgpu', peer: ratio('tfjs', 1.1) })])[0]).toMatchObject({
    bar: 1,
    met: true,
  });
});

test('growth compares what a head more costs among many and among few', () => {
  const heads = (n: number, milliseconds: number): WorkloadResult =>
    result('W8', `${n} heads, GradDrop`, { measured: [measured('cotangent', milliseconds)] });
  expect(growth([heads(40, 10), heads(320, 290), heads(1280, 2210)])).toEqual({ few: 1, many: 2, ratio: 2 });
  expect(growth([heads(40, 10), heads(320, 290)])).toBeUndefined();
  expect(growth([heads(40, 10), heads(320, 290), heads(1280, 289)])).toBeUndefined();
});

test('the floor is the largest of what products, bytes and kernels take', () => {
  const limits: Limits = { flops: { one: 1, all: 1 }, copy: { one: 1, all: 2 }, call: 10, kernel: 1 };
  const w = result('W1', 'a step', {});
  expect(floorOf(w, limits)).toEqual({ by: 'flops', milliseconds: 1, share: 0.5 });
  expect(floorOf({ ...w, bytes: 4e6 }, limits)).toEqual({ by: 'bytes', milliseconds: 2, share: 1 });
  expect(floorOf(w, { ...limits, call: 2990 })).toEqual({ by: 'dispatch', milliseconds: 3, share: 1.5 });
});

test('tables and page show times, ratios and verdicts', () => {
  const w = result('W1', 'a <step>', { peer: ratio('tfjs', 1.5) });
  expect(timeRows([w]).rows[0]).toEqual([
    'W1 a <step>',
    '2.00 / 2.00 / 2.00',
    '3.00 / 3.00 / 3.00',
    '1.50 (1.50 to 1.50) × tfjs',
    '1.50',
    '1.50',
  ]);
  expect(verdictRows(verdicts([w])).rows).toEqual([['W1 a <step>', '1.50 × tfjs', 'at least 1.25', 'met']]);
  const machine = {
    date: '2026-01-01',
    processor: 'one',
    cores: 2,
    system: 'linux',
    node: '20',
    load: [0, 0] as const,
  };
  const results = { machine, versions: { cotangent: '0.1.0' }, seconds: 1, workloads: [w] };
  expect(text(results)).toContain('at least 1.25');
  expect(page(results)).toContain('<td>W1 a &lt;step&gt;</td>');
});

test('a bar that is not met is no failure, disagreement is one', async () => {
  const out = mkdtempSync(join(tmpdir(), 'cotangent-bench-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const half = (measure: Half['measure']): Half => ({
    command: 'bench',
    name: 'some',
    summary: '',
    groups: ['W1'],
    measure,
  });
  try {
    const slow = result('W1', 'a step', { peer: ratio('tfjs', 0.5) });
    expect(
      await runBench(
        half(async () => ({ workloads: [slow] })),
        ['--out', out],
      ),
    ).toBe(0);
    expect(JSON.parse(readFileSync(join(out, 'some.json'), 'utf8'))).toMatchObject({ workloads: [{ name: 'a step' }] });
    expect(readFileSync(join(out, 'some.html'), 'utf8')).toContain('not met');
    expect(
      await runBench(
        half(() => Promise.reject(new Error('bench: apart'))),
        ['--out', out],
      ),
    ).toBe(1);
    expect(said).toHaveBeenLastCalledWith('bench: apart\n');
    expect(
      await runBench(
        half(async () => ({ workloads: [] })),
        ['--only', 'W2'],
      ),
    ).toBe(2);
  } finally {
    vi.restoreAllMocks();
    rmSync(out, { recursive: true });
  }
});

test('in a page each says why it does not take part', () => {
  const convolution = workloads.find(({ kind }) => kind === 'convolution')!;
  const llvmpipe = { browser: 'some', webgl: 'llvmpipe', webgpu: 'some' };
  expect(inPage(convolution, 'webgl2', llvmpipe)).toMatchObject({
    libraries: ['cotangent', 'tfjs'],
    missing: { 'jax-js': expect.stringContaining('65 535') as string },
  });
  expect(inPage(convolution, 'webgl2', { ...llvmpipe, webgl: 'another' }).libraries).toContain('jax-js');
  expect(inPage(convolution, 'webgpu', llvmpipe).libraries).toContain('jax-js');
});

test('docs/performance.md has a place for every table, and no other', () => {
  const limits: Limits = { flops: { one: 1, all: 1 }, copy: { one: 1, all: 2 }, call: 10, kernel: 1 };
  const graphics = { browser: 'some', webgl: 'some', webgpu: 'some' };
  const held = { plan: { steps: 1, bytes: 1e6, live: 1e6 }, held: { wasm: 4e6, resident: 1e8 } };
  const point = { x: 1, least: 1, cpu: 1, first: 2, ...held };
  const sweeps = [{ name: 'depth', axis: 'layers', curves: [{ device: 'webasm', points: [point] }] }];
  const texts = sections({
    node: { ...run, limits, cold: { libraries: [] } },
    browser: { ...run, graphics },
    curves: { ...run, graphics, curves: { sweeps, dispatch: [{ device: 'webasm', call: 10, kernel: 1 }] } },
  });
  const marks = [...textOf('docs/performance.md').matchAll(/^<!-- (\w+) -->$/gm)].map((match) => match[1]!);
  expect(marks.sort()).toEqual(Object.keys(texts).sort());
  expect(texts['memory']).toContain('| 1 | 1.00 | 1.00 | 4.00 | 2.00 | 100 |');
  expect(texts['wins']).toContain('| depth | layers | webasm: 1 |');
  expect(texts['dispatch']).toContain('| webasm | 10.0 | 1.00 | 0.0300 |');
});

test('a text takes the place of what stood between its marks', () => {
  expect(filled('a\n<!-- x -->\nold\n<!-- /x -->\nb', { x: 'new' })).toBe('a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb');
  expect(() => filled('a', { x: 'new' })).toThrow('bench:page: the page must have marks for x, got none');
});

test('results that disagree end everything', async () => {
  const gives = (...numbers: number[]): Running => ({
    ask: async () => ({ arrays: [Float32Array.of(...numbers)] }) as never,
    end: async () => undefined,
  });
  const workload = { ...workloads[0]!, tolerance: 1e-3 };
  const names: Name[] = ['cotangent', 'tfjs', 'plain sum'];
  const compared = await compare(workload, names, [gives(1, 2), gives(1, 2.001), gives(5)]);
  expect(compared.map((d) => d.toFixed(5))).toEqual(['0.00000', '0.00050', '0.00000']);
  await expect(compare(workload, names, [gives(1, 2), gives(1, 2.1), gives(5)])).rejects.toThrow(
    /^bench: W1 .*: the results of tfjs must be within 0.001 of ours, got 0.0500$/,
  );
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
