import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fingerprint } from '../../examples/report/fingerprint.ts';

const base = mkdtempSync(join(tmpdir(), 'fingerprint-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('a changed file, a renamed, larger or missing one in a folder make another fingerprint; the same files the same one', async () => {
  const [list, folder] = [join(base, 'list'), join(base, 'folder')];
  mkdirSync(folder);
  writeFileSync(list, 'one');
  writeFileSync(join(folder, 'a'), '1');
  const hash = (): Promise<string> => fingerprint([list, folder, join(base, 'none')]);
  const seen = [await hash()];
  expect(await hash()).toBe(seen[0]);
  const changes = [
    () => writeFileSync(list, 'two'),
    () => renameSync(join(folder, 'a'), join(folder, 'b')),
    () => writeFileSync(join(folder, 'b'), '12'),
    () => writeFileSync(join(base, 'none'), ''),
    () => rmSync(join(folder, 'b')),
  ];
  for (const change of changes) {
    change();
    seen.push(await hash());
  }
  expect(new Set(seen).size).toBe(changes.length + 1);
});
