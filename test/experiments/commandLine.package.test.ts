import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test, vi } from 'vitest';
import { run } from '../../examples/cotangent/cli.ts';
import { labProgram } from '../support/built.ts';
import { ended } from '../support/ended.ts';
import { root } from '../support/sources.ts';

vi.setConfig({ testTimeout: 300_000 });

const base = mkdtempSync(join(tmpdir(), 'cotangent-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [...labProgram('cotangent/main.ts'), ...args], { cwd: root });

const landscape = ['run', 'landscape', '--workers', '0'];

test('list names the experiments, --help and no argument at all show the help', async () => {
  const [list, help, none] = await Promise.all([ended(start('list')), ended(start('--help')), ended(start())]);
  expect(list).toMatchObject({ code: 0, err: '' });
  expect(list.out).toMatch(/^landscape +\S/m);
  expect(help.out).toMatch(/^Usage: cotangent/);
  expect(none).toEqual(help);
  expect(await ended(start('help', 'verify'))).toEqual(await ended(start('verify', '--help')));
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await ended(start('--version'))).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('what cannot be followed ends with one line, the nearest name, and exit code 2', async () => {
  const cases: [string[], RegExp][] = [
    [['run', 'landscap'], /unknown command 'landscap'; did you mean landscape\?/],
    [['run'], /name an experiment: attributes, (transfer, )?landscape/],
    [[...landscape, '--sed', '3'], /unknown option '--sed'; did you mean --seed\?/],
    [
      [...landscape, '--methods', 'mean,graddrp'],
      /--methods must be one of .*, got 'graddrp'; did you mean gradDrop\?/,
    ],
    [[...landscape, '--methods', 'mean,sum,mean'], /--methods must name each method once, got 'mean' twice/],
    [[...landscape, '--device', 'webgup'], /--device must be one of .*, got 'webgup'; did you mean webgpu\?/],
    [[...landscape, '--seed', 'dice'], /--seed must be a whole number/],
    [[...landscape, '--quick', '--full'], /'--quick' cannot be used with option '--full'/],
    [[...landscape, '--seed', '1', '--seed', '2'], /--seed must be given once, got it twice/],
    [[...landscape, '--seed', '1e3'], /--seed must be a whole number from 0 to 2147483647, got '1e3'/],
    [[...landscape, '--seed', '9'.repeat(400)], /--seed must be a whole number/],
    [[...landscape, '--seed', ''], /--seed must be a whole number from 0 to 2147483647, got ''/],
    [[...landscape, '--methods', ''], /--methods must be one of .*, got ''/],
    [['run', 'landscape', '--workers', 'NaN'], /--workers must be a whole number from 0 to 1024, got 'NaN'/],
    [['run', 'transfer', '--rates', '0.1,nan'], /--rates must be positive numbers with commas, got '0.1,nan'/],
    [['run', 'transfer', '--rates', '0.1,1e-1'], /--rates must name each rate once, got 0.1 twice/],
    [['run', 'attributes', '--data', ''], /--data must name a folder with CelebA's list_attr_celeba\.txt, got ''/],
    [[...landscape, 'more'], /too many arguments/],
    [[...landscape, '--out', ''], /--out must name a folder, got an empty name/],
    [[...landscape, '--out', '/proc/a\nb'], /--out: cannot write to '\/proc\/a\\nb'/],
    [[...landscape, '--out', join(root, 'package.json')], /--out: cannot write to '.*package\.json'/],
    [[...landscape, '--out', '/proc/nope/deep'], /--out: cannot write to '\/proc\/nope\/deep'/],
  ];
  for (const [args, message] of cases) {
    const written: string[] = [];
    const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => {
      throw new Error(`nothing is to be printed for ${args.join(' ')}`);
    });
    const code = await run(args).finally(() => [err, out].forEach((spy) => spy.mockRestore()));
    expect([code, written.join('')]).toEqual([2, expect.stringMatching(/^cotangent: [^\n]*\n$/)]);
    expect(written.join('')).toMatch(message);
  }
});

test('an argument that cannot be followed ends the program with exit code 2', async () => {
  expect(await ended(start(...landscape, '--seed', '-1'))).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^cotangent: --seed must be a whole number[^\n]*\n$/) as string,
  });
});

test('a run that is stopped leaves no half-written file and goes on where it was; another one is refused', async () => {
  const out = join(base, 'deep', 'landscape');
  const args = [...landscape, '--methods', 'mean', '--out', out];
  const stopped = start(...args);
  const finished = ended(stopped);
  const cells = join(out, 'cells');
  while (!existsSync(cells) || readdirSync(cells).length === 0) await wait(20);
  stopped.kill('SIGINT');
  const first = await finished;
  expect(first.code).toBe(130);
  expect(first.out).toBe('');
  expect(first.err).toContain('interrupted; what was finished stays in');
  expect(readdirSync(out).sort()).toEqual(['cells', 'run.json']);
  for (const file of readdirSync(cells))
    expect(() => JSON.parse(readFileSync(join(cells, file), 'utf8'))).not.toThrow();

  const other = await ended(start(...args, '--seed', '9'));
  expect(other).toMatchObject({ code: 2, out: '' });
  expect(other.err).toMatch(/holds a run with other settings \(seed\); --fresh starts anew/);

  const second = await ended(start(...args));
  expect(second.code).toBe(0);
  expect(second.out).toMatch(/report\.html, results\.json and results\.csv written/);
  expect(readdirSync(out).sort()).toEqual(['cells', 'report.html', 'results.csv', 'results.json', 'run.json']);
  const html = readFileSync(join(out, 'report.html'), 'utf8');
  expect(html).not.toMatch(/<script|<link|<img|@import|NaN|undefined/);
  expect(html).toContain('npx cotangent run landscape');
  expect(html).toMatch(/seed 0, device webasm; cotangent \d/);
  expect(readFileSync(join(out, 'results.csv'), 'utf8').split('\n')[0]).toMatch(/^problem,method/);
});

test('an experiment of a user’s own module on a table runs in workers, and is refused after a change', async () => {
  const kinds = ['red', 'blue'];
  const rows = Array.from({ length: 90 }, (_, i) => [i % 7, (i * i) % 11, kinds[i % 2], (i % 7) + ((i * i) % 11)]);
  writeFileSync(
    join(base, 'flowers.csv'),
    `length,width,kind,age\n${rows.map((row) => `${row.join(',')}\n`).join('')}`,
  );
  const text = readFileSync(join(root, 'examples/own/table.ts'), 'utf8');
  writeFileSync(join(base, 'table.mts'), text);
  const args = ['run', './table.mts', '--rates', '0.01', '--steps', '3', '--seeds', '2', '--workers', '2'];
  const inFolder = (): ChildProcess =>
    spawn(process.execPath, [...labProgram('cotangent/main.ts'), ...args], { cwd: base });
  const first = await ended(inFolder());
  expect(first).toMatchObject({ code: 0 });
  expect(first.out).toMatch(/gradDrop[^]*No conclusion is drawn/);
  const out = join(base, 'cotangent-flowers');
  // Of each method one rate and one more are tried, and two seeds are trained.
  expect(readdirSync(join(out, 'cells')).length).toBe(3 * 4);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Kind and age of a flower');
  writeFileSync(join(base, 'table.mts'), text.replace('relu()', 'tanh()'));
  const other = await ended(inFolder());
  expect(other).toMatchObject({ code: 2, out: '' });
  expect(other.err).toMatch(/holds a run with other settings \(source\); --fresh starts anew/);
});

test('a module that is none, or exports no comparison, is one line', async () => {
  const none = join(base, 'none.mjs');
  writeFileSync(none, 'export const experiment = 3;');
  expect(await ended(start('run', none))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^cotangent: run: '.*none\.mjs' must export a comparison: [^\n]*\n$/) as string,
  });
  expect(await ended(start('run', './nowhere.ts'))).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^cotangent: run: cannot load '\.\/nowhere\.ts': there is no such file[^\n]*\n$/,
    ) as string,
  });
});
