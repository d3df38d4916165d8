import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { help, parseOptions } from '../../examples/verify/options.ts';
import { claims, type VerifyReport } from '../../src/testing/index.ts';
import { labProgram } from '../support/built.ts';
import { ended } from '../support/ended.ts';
import { root } from '../support/sources.ts';

const base = mkdtempSync(join(tmpdir(), 'verify-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A module that brings nothing. */
const nothing = join(base, 'nothing.mjs');
writeFileSync(nothing, 'export const x = 1;');

/** A module that brings a claim which is there already. */
const known = join(base, 'known.mjs');
writeFileSync(
  known,
  `export const claims = [{ name: 'prop1', group: 'g', statement: 's', source: 'x', tolerance: 'none', expected: 'holds', devices: 'all', check: async () => ({ outcome: 'holds', cases: 1 }) }];`,
);

/** A rule that is none: it throws for each option. */
const throwing = join(base, 'throwing.mjs');
writeFileSync(throwing, `export default () => () => { throw new Error('not today'); };`);

/** A rule without options, where a function from options to a rule is needed. */
const bare = join(base, 'bare.mjs');
writeFileSync(bare, 'export const subject = (g) => g;');

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [...labProgram('verify/main.ts'), ...args], { cwd: root });

const files = (name: string): string[] => [
  '--json',
  join(base, name, 'results.json'),
  '--html',
  join(base, name, 'report.html'),
];

const results = (name: string): VerifyReport =>
  JSON.parse(readFileSync(join(base, name, 'results.json'), 'utf8')) as VerifyReport;

test('--help prints the options, --list the claims, and nothing is run', async () => {
  expect(await ended(start('--help'))).toEqual({ code: 0, out: help, err: '' });
  const names = claims.map((c) => `${c.name}\n`).join('');
  expect(await ended(start('--list'))).toEqual({ code: 0, out: names, err: '' });
});

test('--all asks for all cases', async () => {
  expect(await parseOptions(['--all'])).toMatchObject({ all: true });
  expect(await parseOptions([])).toMatchObject({ all: false, devices: [] });
});

test.each([
  [['--seed', 'dice'], "--seed must be a whole number from 0 to 2147483647, got 'dice'"],
  [['--seed', '-1'], "--seed must be a whole number from 0 to 2147483647, got '-1'"],
  [['--json', '--fast'], "Option '--json' argument must not begin with '-'"],
  [['--runs', '0'], "--runs must be a whole number from 1 to 1000000, got '0'"],
  [['--claim', 'prop4'], "--claim must name a claim, got 'prop4'; --list names them"],
  [
    ['--device', 'abacus'],
    "--device must be one of webgpu, webgl2, webgl, headlessgl, webasm, cpu, reference, got 'abacus'",
  ],
  [['--own', 'nowhere.mjs'], "--own: cannot load 'nowhere.mjs': "],
  [['--own', nothing], 'must export claims, a subject or both'],
  [['--own', known], "--own: claims must have names of their own, got 'prop1' twice"],
  [['--subject', 'nowhere.ts'], "--subject: cannot load 'nowhere.ts': there is no such file"],
  [['--subject', nothing], 'must export the rule as subject or by default, got only x'],
  [['--subject', throwing], 'throws for g = (1, −2): not today'],
  [['--subject', bare], 'must merge g of shape [2, 1] to a tensor of shape [1], got object'],
  [['--html', ''], '--html must name a file, got an empty name'],
  [['--json', join(root, 'package.json', 'x')], '--json: cannot write'],
  [['--json', '/proc/nope/deep/x.json'], "--json: cannot write '/proc/nope/deep/x.json'"],
  [['--html', '/proc/nope/x.html'], "--html: cannot write '/proc/nope/x.html'"],
  [['--html', base], `--html must name a file, got the folder '${base}'`],
  [['--json', 'x.out', '--html', './x.out'], "--json and --html must name two files, got 'x.out' for both"],
  [['--against', 'jax'], "--against must be one of torch, got 'jax'"],
  [['--against', 'torch', '--claim', 'prop1'], '--against checks no claim, so it goes with --runs and --seed only'],
  [['--fast'], "Unknown option '--fast'"],
  [['--all', '--all'], '--all'],
  [['--all=yes'], "Option '--all' does not take an argument"],
  [['prop1'], "Unexpected argument 'prop1'"],
])('%j ends with one line and exit code 2', async (args, message) => {
  const { code, out, err } = await ended(start(...args));
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain(message);
  expect(err).toMatch(/^verify: [^\n]*\n$/);
});

test('a short run prints claim × device with the counterexamples, and writes page and numbers', async () => {
  const { code, out } = await ended(
    start(
      ...['prop1', 'prop2-printed', 'prop3-mean'].flatMap((name) => ['--claim', name]),
      '--runs',
      '60',
      '--seed',
      '3',
      '--device',
      'cpu,reference',
      ...files('short'),
    ),
  );
  expect(code).toBe(0);
  expect(out).toMatch(/claim +│ cpu +│ reference/);
  expect(out).toMatch(/prop1 +│ holds 60 +│ holds 60/);
  expect(out).toMatch(/prop2-printed +│ refuted +│ refuted/);
  expect(out).toMatch(/E\|X\| falls from \S+ to \S+/);
  expect(out).toContain('6 verdicts, all as expected (seed 3, 60 runs)');
  expect(results('short').results.map((r) => [r.claim, r.device, r.outcome])).toEqual([
    ['prop1', 'cpu', 'holds'],
    ['prop2-printed', 'cpu', 'fails'],
    ['prop3-mean', 'cpu', 'holds'],
    ['prop1', 'reference', 'holds'],
    ['prop2-printed', 'reference', 'fails'],
    ['prop3-mean', 'reference', 'holds'],
  ]);
  const html = readFileSync(join(base, 'short', 'report.html'), 'utf8');
  for (const group of ['Proposition 1', 'Proposition 2', 'Proposition 3']) expect(html).toContain(`<h2>${group}</h2>`);
  // One plot for each of the first two, mean and variance for the third.
  expect(html.match(/<svg/g)).toHaveLength(4);
});

test('claims and a rule of one’s own are checked beside the others', async () => {
  const own = join(base, 'own.mjs');
  writeFileSync(
    own,
    `import fc from '${import.meta.resolve('fast-check')}';
    import { device, signDrop } from 'cotangent';
    import { caseClaim } from 'cotangent/testing';
    export const subject = ({ k, ...options }) => signDrop(options);
    export const claims = [caseClaim({
      name: 'small', group: 'My own', statement: 'x < 5', source: 'nowhere', expected: 'fails', devices: 'all', tolerance: 'none',
      cases: () => fc.record({ x: fc.nat(100) }),
      judge: async (cases) => cases.map(({ x }) => (x < 5 ? undefined : x + ' is not below 5 on ' + device())),
      snippet: ({ x }) => 'console.log(' + x + ' < 5);',
    })];`,
  );
  const asked = ['--claim', 'small', '--claim', 'prop3-variance', '--device', 'reference', '--runs', '50'];
  const { code, out } = await ended(start('--own', own, ...asked, ...files('own')));
  expect(code).toBe(1);
  expect(out).toMatch(/My own[^]*small +│ refuted/);
  expect(out).toContain('at x = 5:\n  5 is not below 5 on reference');
  expect(out).toContain('1 of 2 verdicts not as expected: prop3-variance on reference');
});

test('cotangent verify puts a rule in TypeScript to the claims, and prints what caught it', async () => {
  const rule = join(base, 'my rule.ts');
  writeFileSync(
    rule,
    `import { signDrop, type Rule, type SignDropOptions, type Tensor } from 'cotangent';
    // Ties go to the positive side, because draws are smaller than they should be.
    export const subject = ({ draw, ...options }: SignDropOptions): Rule =>
      signDrop({ ...options, draw: (draw as Tensor).sub(2 ** -24) });`,
  );
  const asked = ['verify', '--subject', rule, '--claim', 'ties', '--claim', 'permutation', '--seed', '4'];
  const main = labProgram('cotangent/main.ts');
  const { code, out } = await ended(
    spawn(process.execPath, [...main, ...asked, '--runs', '40', ...files('rule')], { cwd: root }),
  );
  expect(code).toBe(1);
  expect(out).toMatch(/claim +│ reference/);
  expect(out).toMatch(
    /caught by: ties \(reference, seed 4\)\n  At U = f\(P\).*\n  at g = \(.*\), k = .*:\n  sgn\(A\) X = /,
  );
  expect(out).toContain(`--subject '${rule}' --claim ties --device reference --seed 4 --runs 40`);
  expect(out).toContain(`'${rule}' was caught by 1 of 2 claims: ties`);
});

test.each(['SIGINT', 'SIGHUP'] as const)(
  '%s ends it with 130, and what was found is printed and written',
  async (by) => {
    const child = start('--runs', '3000', '--device', 'reference', ...files('stopped'));
    const finished = ended(child);
    // A line every few seconds says how many verdicts there are.
    let told = '';
    child.stderr!.on('data', (text) => {
      const before = /\b[1-9]\d*\/\d/.test(told);
      told += String(text);
      if (!before && /\b[1-9]\d*\/\d/.test(told)) child.kill(by);
    });
    const { code, out } = await finished;
    expect(code).toBe(130);
    expect(out).toContain('interrupted; until then');
    const { interrupted, results: found } = results('stopped');
    expect(interrupted).toBe(true);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(claims.length);
  },
);
