import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Stopped } from '../../examples/report/experiment.ts';
import { lockFile } from '../../examples/report/lockFile.ts';
import { root } from '../support/sources.ts';

const base = mkdtempSync(join(tmpdir(), 'lock-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const lockIn = (): string => join(mkdtempSync(join(base, 'f-')), 'lock');

const holder = `
  import { lockFile } from ${JSON.stringify(join(root, 'examples/report/lockFile.ts'))};
  const say = (line) => console.log('said ' + line);
  process.stdin.once('data', () => lockFile(process.argv[1], 'it', say).then(
    () => { console.log('held'); setInterval(() => undefined, 1000); },
    (error) => { console.log('refused ' + error.message); process.exit(1); },
  ));
  console.log('ready');`;

interface Holder {
  readonly child: ChildProcess;
  /** The text until one of these words is in it. */
  until(word: RegExp): Promise<string>;
}

function start(path: string): Holder {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', holder, path], { cwd: root });
  let text = '';
  const until = (word: RegExp): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => void (word.test(text) && resolve(text));
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      look();
    });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += String(part)));
  return { child, until };
}

async function held(path: string): Promise<Holder> {
  const process = start(path);
  await process.until(/ready/);
  process.child.stdin!.write('go\n');
  expect(await process.until(/held|refused|Error/)).toContain('held');
  return process;
}

const gone = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('close', resolve));

const nothing = (line: string): void => {
  throw new Error(`nothing is to be said, got ${line}`);
};

test('the lock names its owner, refuses others in one line while the owner lives, and goes with it', async () => {
  const path = lockIn();
  const { child } = await held(path);
  const { pid, host, since } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  expect([pid, host]).toEqual([child.pid, hostname()]);
  expect(Date.now() - Date.parse(since as string)).toBeLessThan(60_000);
  const refused = lockFile(path, "'out'", nothing);
  await expect(refused).rejects.toThrow(Stopped);
  await expect(refused).rejects.toThrow(
    `'out' is in use by process ${child.pid} on ${hostname()} since ${since as string}; wait for its end`,
  );
  child.kill('SIGKILL');
  await gone(child);
  const said: string[] = [];
  const release = await lockFile(path, "'out'", (line) => said.push(line));
  expect(said).toEqual([
    `process ${child.pid} on ${hostname()} has had 'out' in use since ${since as string} and is gone; this one takes over`,
  ]);
  release();
  expect(existsSync(path)).toBe(false);
});

test('of many that find a dead owner at once, one takes over and the others are refused', async () => {
  const path = lockIn();
  const first = await held(path);
  first.child.kill('SIGKILL');
  await gone(first.child);
  const all = Array.from({ length: 4 }, () => start(path));
  await Promise.all(all.map((h) => h.until(/ready/)));
  for (const { child } of all) child.stdin!.write('go\n');
  const texts = await Promise.all(all.map((h) => h.until(/held|refused/)));
  expect(texts.filter((text) => text.includes('held'))).toHaveLength(1);
  expect(texts.filter((text) => text.includes('refused it is in use by process'))).toHaveLength(3);
  for (const { child } of all) child.kill('SIGKILL');
});

test('a number that another process has by now is no owner', async () => {
  const path = lockIn();
  const born = process.platform === 'linux' ? '1' : null;
  const owner = { pid: process.ppid, host: hostname(), since: '2020-01-01T00:00:00.000Z', born };
  writeFileSync(path, JSON.stringify(owner));
  const lock = lockFile(path, 'it', () => undefined);
  if (born === null) await expect(lock).rejects.toThrow('in use');
  else (await lock)();
});

test('of another machine nothing is assumed', async () => {
  const path = lockIn();
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', since: '2020-01-01T00:00:00.000Z', born: '1' }));
  await expect(lockFile(path, 'it', nothing)).rejects.toThrow(
    `it is in use by process 1 on elsewhere since 2020-01-01T00:00:00.000Z; wait for its end, or remove '${path}'`,
  );
});

test.each(['', '{"pid":', 'null'])(
  'a lock that holds %j is somebody’s who is just writing it, or nobody’s',
  async (text) => {
    const path = lockIn();
    writeFileSync(path, text);
    await expect(lockFile(path, 'it', nothing)).rejects.toThrow('it is in use by a process without a name;');
    utimesSync(path, 1, 1);
    const said: string[] = [];
    (await lockFile(path, 'it', (line) => said.push(line)))();
    expect(said).toEqual(['a process without a name has had it in use and is gone; this one takes over']);
  },
);
