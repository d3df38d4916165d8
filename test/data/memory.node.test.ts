import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
});
afterAll(async () => rm(folder, { recursive: true }));

/** Reads a file in a process of its own, whose short-lived garbage takes no more than a few megabytes. */
async function grown(name: string, make: () => Uint8Array): Promise<{ grown: number; outcome: string; file: number }> {
  const path = join(folder, 'file');
  const data = make();
  await writeFile(path, data);
  const options = ['--expose-gc', '--max-semi-space-size=1'];
  const { stdout } = await promisify(execFile)(process.execPath, [...options, join(folder, 'child.mjs'), name, path]);
  return { ...(JSON.parse(stdout) as { grown: number; outcome: string }), file: data.length };
}

const mega = 2 ** 20;

describe('a reader takes at most 16 MB and four times the file or the result that is allowed:', () => {
  test.each(cases)('$name', async ({ name, make, result }: MemoryCase) => {
    const { grown: bytes, outcome, file } = await grown(name, make);
    if (result > 0) expect(outcome).toBe('read');
    else expect(outcome).toMatch(/^[a-z]+: a.* at byte \d+: expected /);
    expect(bytes / mega).toBeLessThan(16 + (4 * Math.max(file, result)) / mega);
  });

  test('each file of the hostile corpus', async () => {
    for (const { name, make, says } of hostile) {
      const { grown: bytes, outcome, file } = await grown(name, make);
      expect(outcome).toMatch(says);
      expect(`${name}: ${bytes < 16 * mega + 4 * file}`).toBe(`${name}: true`);
    }
  });
});
