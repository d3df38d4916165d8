import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../examples/report/store.ts';
import { known, UsageError } from '../../examples/report/usage.ts';

const base = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const a = { id: 'a', args: { method: 'mean', rate: 0.1 } };

/** The store of a folder, and the lines that it has said since. */
function open(path: string, settings: object, fresh = false): { store: Store; said: string[] } {
  const said: string[] = [];
  return { store: openStore(path, settings, fresh, (line) => said.push(line)), said };
}

test('what was put is there in the next run of the same settings, and gone in a fresh one', () => {
  const path = join(base, 'one');
  open(path, { seed: 1 }).store.put(a, { x: [1, 2] });
  const { store, said } = open(path, { seed: 1 });
  expect(store.get(a)).toEqual({ x: [1, 2] });
  expect(said).toEqual([]);
  expect(open(path, { seed: 1 }, true).store.get(a)).toBeUndefined();
});

test('a result is the same number for number in the run that computes it and in one that goes on', () => {
  const path = join(base, 'exact');
  const result = { numbers: [NaN, Infinity, -Infinity, -0, 0.1, 5e-324, 2 ** 53], text: 'ä"\\\n', none: undefined };
  const put = open(path, {}).store.put(a, result);
  const got = open(path, {}).store.get(a);
  expect(got).toStrictEqual(put);
  expect((put as typeof result).numbers).toStrictEqual(result.numbers);
  expect(Object.is((got as typeof result).numbers[3], -0)).toBe(true);
});

test('another run in the folder is refused, and says in what it differs', () => {
  const path = join(base, 'two');
  open(path, { seed: 1, steps: 5, rates: [1, 2], versions: { node: '20', 'gpu.js': '2' } });
  const other = (): unknown =>
    open(path, { seed: 2, steps: 5, rates: [1, 3], versions: { node: '22', 'gpu.js': '2' } });
  expect(other).toThrow(UsageError);
  expect(other).toThrow(/holds a run with other settings \(seed, rates, versions\.node\); --fresh starts anew/);
});

test.each<[string, (file: string) => void]>([
  ['empty', (file) => writeFileSync(file, '')],
  ['cut', (file) => truncateSync(file, readFileSync(file).length - 20)],
  ['null', (file) => writeFileSync(file, 'null')],
  ['a list', (file) => writeFileSync(file, '[1]')],
  ['of an earlier version, without hashes', (file) => writeFileSync(file, '{"x":[1,2]}')],
  ['no text at all', (file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 1]))],
  ['changed in one digit', (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('[1,2]', '[1,3]'))],
])('a cell that is %s is computed again, and a line says so', (_, damage) => {
  const path = mkdtempSync(join(base, 'cell-'));
  open(path, { seed: 1 }).store.put(a, { x: [1, 2] });
  damage(join(path, 'cells', 'a.json'));
  const { store, said } = open(path, { seed: 1 });
  expect(store.get(a)).toBeUndefined();
  expect(said).toEqual([`'${join(path, 'cells', 'a.json')}' is damaged; it is computed again`]);
  store.put(a, { x: [1, 2] });
  expect(store.get(a)).toEqual({ x: [1, 2] });
});

test('without its run.json a folder gives no result of another seed, other arguments, another device or another version', () => {
  const settings = { seed: 1, device: 'webasm', versions: { cotangent: '0.1.0' } };
  for (const other of [{ seed: 2 }, { device: 'cpu' }, { versions: { cotangent: '0.2.0' } }]) {
    const path = mkdtempSync(join(base, 'other-'));
    open(path, settings).store.put(a, 1);
    rmSync(join(path, 'run.json'));
    const { store, said } = open(path, { ...settings, ...other });
    expect(store.get(a)).toBeUndefined();
    expect(said).toEqual([
      `'${join(path, 'run.json')}' is missing; it is written again`,
      `'${join(path, 'cells', 'a.json')}' is of a run with other settings; it is computed again`,
    ]);
  }
  const path = mkdtempSync(join(base, 'other-'));
  const { store } = open(path, settings);
  store.put(a, 1);
  expect(store.get({ ...a, args: { ...a.args, rate: 0.2 } })).toBeUndefined();
});

test.each(['', '{"seed":', 'null', '7', '[]'])(
  'a run.json that holds %j is written again and loses no cell',
  (text) => {
    const path = mkdtempSync(join(base, 'about-'));
    open(path, { seed: 1 }).store.put(a, { x: 1 });
    const about = readFileSync(join(path, 'run.json'), 'utf8');
    writeFileSync(join(path, 'run.json'), text);
    const { store, said } = open(path, { seed: 1 });
    expect(said).toEqual([`'${join(path, 'run.json')}' is damaged; it is written again`]);
    expect(readFileSync(join(path, 'run.json'), 'utf8')).toBe(about);
    expect(store.get(a)).toEqual({ x: 1 });
  },
);

test.each(['cells', 'run.json'])('%s in the place of another thing is refused in one line', (name) => {
  const path = mkdtempSync(join(base, 'taken-'));
  if (name === 'cells') writeFileSync(join(path, name), '');
  else mkdirSync(join(path, name));
  expect(() => open(path, {})).toThrow(UsageError);
  expect(() => open(path, {})).toThrow(/^--out: cannot write to '[^\n]*$/);
});

test('a fresh run leaves what is not its own, and takes away what a killed one was writing', () => {
  const path = join(base, 'three');
  open(path, { seed: 1 });
  writeFileSync(join(path, 'notes.txt'), 'mine');
  for (const folder of [path, join(path, 'cells')]) writeFileSync(join(folder, '.half.cotangent-tmp'), '{"of":');
  open(path, { seed: 2 }, true);
  expect(existsSync(join(path, 'notes.txt'))).toBe(true);
  expect(readdirSync(path).sort()).toEqual(['cells', 'notes.txt', 'run.json']);
  expect(readdirSync(join(path, 'cells'))).toEqual([]);
});

test('a name that is not on the list is refused with the nearest that is', () => {
  expect(known('--methods', 'mgda', ['mgda', 'gradDrop'])).toBe('mgda');
  expect(() => known('--methods', 'graddrp', ['mgda', 'gradDrop'])).toThrow(/got 'graddrp'; did you mean gradDrop\?/);
  expect(() => known('--methods', 'quicksort', ['mgda', 'gradDrop'])).toThrow(/got 'quicksort'$/);
});
