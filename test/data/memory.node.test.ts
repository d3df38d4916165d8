import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { long } from '../support/long.ts';
import { root } from '../support/sources.ts';
import { hostile } from './hostile/corpus.ts';
import { cases, type MemoryCase } from './memory/cases.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'readers-memory-'));
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: 'test/data/memory/child.ts',
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
}, 240_000);
afterAll(async () => rm(folder, { recursive: true }));

interface Found {
  readonly name: string;
  readonly grown: number;
  readonly outcome: string;
  readonly file: number;
}

/**
 * Reads files in a process of its own, whose short-lived garbage takes no more than a few
 * megabytes.
 */
async function measured(files: readonly Pick<MemoryCase, 'name' | 'make'>[]): Promise<Found[]> {
  const made = files.map(({ name, make }, i) => ({ name, path: join(folder, String(i)), data: make() }));
  for (const { path, data } of made) await writeFile(path, data);
  const options = ['--expose-gc', '--max-semi-space-size=1', join(folder, 'child.mjs')];
  const asked = made.flatMap(({ name, path }) => [name, path]);
  const { stdout } = await promisify(execFile)(process.execPath, [...options, ...asked]);
  const found = JSON.parse(stdout) as { grown: number; outcome: string }[];
  return found.map((f, i) => ({ ...f, name: made[i]!.name, file: made[i]!.data.length }));
}

const mega = 2 ** 20;

/** One case for each way in which a reader stores what it reads. */
const few = ['IDX, packed', 'npz', 'CSV', 'safetensors of F32', 'JPEG of one colour and 16 million pixels'];

describe('a reader takes at most 16 MB and four times the file or the result that is allowed:', () => {
  test.each(long ? cases : cases.filter(({ name }) => few.includes(name)))(
    '$name',
    { timeout: 240_000 },
    async (one: MemoryCase) => {
      const [{ grown, outcome, file }] = (await measured([one])) as [Found];
      if (one.result > 0) expect(outcome).toBe('read');
      else expect(outcome).toMatch(/^[a-z]+: a.* at byte \d+: expected /);
      expect(grown / mega).toBeLessThan(16 + (4 * Math.max(file, one.result)) / mega);
    },
  );

  test('each file of the hostile corpus', { timeout: 240_000 }, async () => {
    const found = await measured(hostile);
    expect(found.map(({ outcome }) => outcome)).toEqual(
      hostile.map(({ says }) => expect.stringMatching(says) as string),
    );
    expect(found.filter(({ grown, file }) => grown >= 16 * mega + 4 * file)).toEqual([]);
  });
});
