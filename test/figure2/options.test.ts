import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openFolder } from '../../examples/report/folder.ts';
import { parseOptions } from '../../examples/figure2/options.ts';
import { UsageError } from '../../examples/report/usage.ts';

const base = mkdtempSync(join(tmpdir(), 'figure2-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('without options it is the whole experiment on webasm', () => {
  expect(parseOptions([])).toEqual({
    device: 'webasm',
    out: 'figure2-report',
    seed: 0,
    steps: 10_000,
    starts: 200,
    landscapes: 8,
  });
});

test('options may come in either form', () => {
  expect(parseOptions(['--seed=7', '--steps', '30', '--out', 'x'])).toMatchObject({
    seed: 7,
    steps: 30,
    out: 'x',
  });
  expect(parseOptions(['-h'])).toBe('help');
  expect(parseOptions(['--seed', '1', '--help'])).toBe('help');
});

test.each([
  [['--seed', 'x'], "--seed must be a whole number from 0 to 9007199254740991, got 'x'"],
  [['--seed=-1'], "--seed must be a whole number from 0 to 9007199254740991, got '-1'"],
  [['--steps', '0'], "--steps must be a whole number from 1 to 1000000, got '0'"],
  [['--starts', '1.5'], "--starts must be a whole number from 1 to 10000, got '1.5'"],
  [['--landscapes', '1e2'], "--landscapes must be a whole number from 1 to 100, got '1e2'"],
  [['--out', ''], '--out must name a folder, got an empty name'],
  [['--speed', '3'], "Unknown option '--speed'"],
  [['--steps'], "Option '--steps <value>' argument missing"],
  [['fast'], "Unexpected argument 'fast'"],
])('%j is refused in one line', (args, message) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[^\n]*$`));
});

test('a folder that cannot be is refused before anything runs', () => {
  writeFileSync(join(base, 'file'), '');
  expect(() => openFolder(join(base, 'file'))).toThrow(/^--out: cannot write to '.*file': it is no folder$/);
  expect(() => openFolder(join(base, 'file', 'below'))).toThrow(/file.below': not a directory$/);
});

test('files are written whole, over old ones, and nothing else is left', () => {
  const path = join(base, 'a', 'b');
  const folder = openFolder(path);
  folder.write({ 'x.json': 'old' });
  folder.write({ 'x.json': '1', 'y.html': '2' });
  expect(readdirSync(path).sort()).toEqual(['x.json', 'y.html']);
  expect(readFileSync(join(path, 'x.json'), 'utf8')).toBe('1');
});

test('if one file cannot be put in its place, no other name is left behind', () => {
  const path = join(base, 'c');
  const folder = openFolder(path);
  mkdirSync(join(path, 'y.html', 'full'), { recursive: true });
  expect(() => folder.write({ 'x.json': '1', 'y.html': '2' })).toThrow();
  expect(readdirSync(path).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('discarding takes away the folders that were made, and no other', () => {
  mkdirSync(join(base, 'kept'));
  openFolder(join(base, 'kept', 'new', 'newer')).discard();
  expect(readdirSync(join(base, 'kept'))).toEqual([]);
  const filled = openFolder(join(base, 'filled'));
  writeFileSync(join(base, 'filled', 'own'), '');
  filled.discard();
  expect(existsSync(join(base, 'filled', 'own'))).toBe(true);
  openFolder(join(base, 'kept')).discard();
  expect(existsSync(join(base, 'kept'))).toBe(true);
});
