import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Stopped } from '../../examples/report/experiment.ts';
import { writeFiles } from '../../examples/report/writeFiles.ts';

const base = mkdtempSync(join(tmpdir(), 'write-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const folder = (): string => mkdtempSync(join(base, 'f-'));

test('a symbolic link stays, and the file behind it is written, even where it was not there yet', () => {
  const at = folder();
  writeFileSync(join(at, 'far'), 'old');
  symlinkSync('far', join(at, 'near'));
  symlinkSync('none', join(at, 'dangling'));
  writeFiles({ [join(at, 'near')]: 'new', [join(at, 'dangling')]: 'made' });
  expect(lstatSync(join(at, 'near')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(at, 'far'), 'utf8')).toBe('new');
  expect(readFileSync(join(at, 'none'), 'utf8')).toBe('made');
  expect(readdirSync(at).sort()).toEqual(['dangling', 'far', 'near', 'none']);
});

test('a file keeps its permissions', () => {
  const path = join(folder(), 'x');
  writeFileSync(path, '');
  chmodSync(path, 0o600);
  writeFiles({ [path]: 'secret' });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a pipe is written to and stays a pipe', async () => {
  const path = join(folder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = spawn('cat', [path]);
  let text = '';
  reader.stdout.on('data', (part) => (text += String(part)));
  const ended = new Promise((resolve) => reader.on('close', resolve));
  writeFiles({ [path]: 'through' });
  await ended;
  expect(text).toBe('through');
  expect(statSync(path).isFIFO()).toBe(true);
});

test('names may be as long and as odd as the system has them', () => {
  const at = folder();
  const names = ['x'.repeat(255), 'a b\n"$\'*?', '-rf', '.hidden', 'ä☃.json'];
  writeFiles(Object.fromEntries(names.map((name) => [join(at, name), name])));
  expect(readdirSync(at).sort()).toEqual([...names].sort());
  for (const name of names) expect(readFileSync(join(at, name), 'utf8')).toBe(name);
});

test('where one of several files cannot be written, none is, and the line says which', () => {
  const at = folder();
  writeFileSync(join(at, 'a'), 'old');
  const write = (): void => writeFiles({ [join(at, 'a')]: 'new', [join(at, 'none', 'b')]: 'new' });
  expect(write).toThrow(Stopped);
  expect(write).toThrow(
    `cannot write '${join(at, 'none', 'b')}': no such file or directory; see to that, then run the same command again`,
  );
  expect(readFileSync(join(at, 'a'), 'utf8')).toBe('old');
  mkdirSync(join(at, 'folder'));
  expect(() => writeFiles({ [join(at, 'folder')]: 'new' })).toThrow(
    /cannot write '.*folder': illegal operation on a dir/,
  );
  expect(readdirSync(at).sort()).toEqual(['a', 'folder']);
});
