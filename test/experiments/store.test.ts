import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../examples/report/store.ts';
import { known, UsageError } from '../../examples/report/usage.ts';

const base = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('what was put is there in the next run of the same settings, and gone in a fresh one', () => {
  const path = join(base, 'one');
  openStore(path, { seed: 1 }, false).put('a', { x: [1, 2] });
  expect(openStore(path, { seed: 1 }, false).get('a')).toEqual({ x: [1, 2] });
  expect(openStore(path, { seed: 1 }, true).get('a')).toBeUndefined();
});

test('another run in the folder is refused, and says in what it differs', () => {
  const path = join(base, 'two');
  openStore(path, { seed: 1, steps: 5, rates: [1, 2] }, false);
  const open = (): unknown => openStore(path, { seed: 2, steps: 5, rates: [1, 3] }, false);
  expect(open).toThrow(UsageError);
  expect(open).toThrow(/holds a run with other settings \(seed, rates\); --fresh starts anew/);
});

test('a fresh run leaves what is not its own', () => {
  const path = join(base, 'three');
  openStore(path, { seed: 1 }, false);
  writeFileSync(join(path, 'notes.txt'), 'mine');
  openStore(path, { seed: 2 }, true);
  expect(existsSync(join(path, 'notes.txt'))).toBe(true);
  expect(readdirSync(path).sort()).toEqual(['cells', 'notes.txt', 'run.json']);
});

test('a name that is not on the list is refused with the nearest that is', () => {
  expect(known('--methods', 'mgda', ['mgda', 'gradDrop'])).toBe('mgda');
  expect(() => known('--methods', 'graddrp', ['mgda', 'gradDrop'])).toThrow(/got 'graddrp'; did you mean gradDrop\?/);
  expect(() => known('--methods', 'quicksort', ['mgda', 'gradDrop'])).toThrow(/got 'quicksort'$/);
});
