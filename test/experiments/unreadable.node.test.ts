import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { run } from '../../examples/cotangent/cli.ts';
import { photograph } from '../data/make/jpeg.ts';

const folder = mkdtempSync(join(tmpdir(), 'unreadable-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => void vi.restoreAllMocks());

/**
 * A folder of CelebA's with as many pictures in each part as a batch needs, the `bad` one of which
 * is a PNG.
 */
function celebA(bad: number): string {
  const own = join(folder, String(bad));
  mkdirSync(join(own, 'img_align_celeba'), { recursive: true });
  const files = Array.from({ length: 200 }, (_, i) => `${i}.jpg`);
  const good = photograph(8, 8, () => [100, 100, 100]);
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);
  for (const [i, name] of files.entries()) writeFileSync(join(own, 'img_align_celeba', name), i === bad ? png : good);
  const attributes = Array.from({ length: 40 }, (_, i) => `A${i}`);
  const values = attributes.map(() => '1').join(' ');
  writeFileSync(
    join(own, 'list_attr_celeba.txt'),
    ['200', attributes.join(' '), ...files.map((f) => `${f} ${values}`)].join('\n'),
  );
  writeFileSync(
    join(own, 'list_eval_partition.txt'),
    files.map((f, i) => `${f} ${i < 140 ? 0 : i < 170 ? 1 : 2}`).join('\n'),
  );
  return own;
}

// The first picture of each part is read before anything starts, the others when the first cell is
// computed.
test.each([
  [0, 2],
  [5, 1],
])('a PNG with the name %i.jpg ends the command with one line', async (bad, code) => {
  const own = celebA(bad);
  let told = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((told += String(text)), true));
  const args = ['run', 'attributes', '--data', own, '--workers', '0', '--device', 'cpu', '--methods', 'baseline'];
  expect(await run([...args, '--out', join(folder, `out-${bad}`)])).toBe(code);
  const path = join(own, 'img_align_celeba', `${bad}.jpg`);
  const lines = told.split('\n').filter((line) => line.startsWith('cotangent: '));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(
    `jpeg: ${path} at byte 0: expected start of a picture 0xffd8, got 0x8950, as PNG files begin; save it as JPEG`,
  );
});
