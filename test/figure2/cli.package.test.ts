import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Results } from '../../examples/figure2/experiment.ts';
import { help } from '../../examples/figure2/options.ts';
import { labProgram } from '../support/built.ts';
import { ended } from '../support/ended.ts';
import { root } from '../support/sources.ts';

const base = mkdtempSync(join(tmpdir(), 'figure2-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [...labProgram('figure2/main.ts'), ...args], {
    cwd: root,
  });

const quick = ['--steps', '30', '--starts', '3', '--landscapes', '1'];

test('--help prints the options and runs nothing', async () => {
  expect(await ended(start('--help'))).toEqual({ code: 0, out: help, err: '' });
});

test.each([
  [['--starts', 'many'], /--starts must be a whole number from 1 to 10000, got 'many'/],
  [['--device', 'abacus'], /--device: the name must be auto or one of .*, got 'abacus'/],
  [['--out', join(root, 'package.json')], /--out: cannot write to '.*package\.json': it is no folder/],
])('%j ends with one line and exit code 2', async (args, message) => {
  const { code, out, err } = await ended(start(...args));
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(message);
  expect(err).toMatch(/^figure2: [^\n]*\n$/);
});

test('a short run on webasm writes the page and the numbers, the same ones each time', async () => {
  const runs = await Promise.all(
    ['one', 'two'].map((name) => ended(start(...quick, '--seed', '5', '--out', join(base, name)))),
  );
  for (const { code, out } of runs) {
    expect(code).toBe(0);
    expect(out).toContain('Random GradDrop');
    expect(out).toMatch(/s on webasm; .*report\.html and results\.json written/);
  }
  const files = ['report.html', 'results.json'];
  expect(readdirSync(join(base, 'one')).sort()).toEqual(files);
  for (const file of files)
    expect(readFileSync(join(base, 'one', file), 'utf8')).toBe(readFileSync(join(base, 'two', file), 'utf8'));
  const { settings } = JSON.parse(readFileSync(join(base, 'one', 'results.json'), 'utf8')) as Results;
  expect(settings).toMatchObject({ seed: 5, steps: 30, starts: 3, landscapes: 1, device: 'webasm' });
});

test('ctrl-C ends it with 130 and leaves nothing behind', async () => {
  const child = start('--steps', '100000', '--out', join(base, 'deep', 'er'));
  const finished = ended(child);
  while (!existsSync(join(base, 'deep', 'er'))) await wait(20);
  await wait(500);
  child.kill('SIGINT');
  const { code, out, err } = await finished;
  expect(code).toBe(130);
  expect(out).toBe('');
  expect(err).toContain('interrupted, nothing was written');
  expect(existsSync(join(base, 'deep'))).toBe(false);
});
