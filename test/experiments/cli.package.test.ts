import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unpackInto } from '../support/built.ts';
import { run } from '../support/buildPackage.ts';

let user: string;
let command: string;

/** A project with the packed packages in it, and beside them what they depend on. */
beforeAll(() => {
  user = mkdtempSync(join(tmpdir(), 'cotangent-command-'));
  const modules = join(user, 'node_modules');
  unpackInto(modules, 'cotangent', 'cotangent-lab');
  command = join(modules, 'cotangent-lab', 'bin', 'cotangent.js');
}, 60_000);
afterAll(() => rmSync(user, { recursive: true, force: true }));

test('the command can be run by itself and knows its version of everything', () => {
  expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(run(user, process.execPath, command, 'list')).toMatch(/^attributes .*\ntransfer .*\nlandscape /);
});

test('where it is not built, the command says how to build it', () => {
  const dist = join(user, 'node_modules/cotangent-lab/dist');
  renameSync(dist, `${dist}-away`);
  expect(() => run(user, process.execPath, command, 'list')).toThrow('run `npm run build`');
  renameSync(`${dist}-away`, dist);
});

test('cells run in worker threads; ctrl-C keeps those that are finished, and the same command goes on', async () => {
  const out = join(user, 'out');
  const args = [command, 'run', 'landscape', '--methods', 'mean', '--workers', '2', '--out', out];
  const child = spawn(process.execPath, args, { cwd: user });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const finished = (): string[] => (existsSync(join(out, 'cells')) ? readdirSync(join(out, 'cells')) : []);
  while (finished().length === 0) await wait(20);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(readdirSync(out).sort()).toEqual(['cells', 'run.json']);
  for (const file of finished())
    expect(() => JSON.parse(readFileSync(join(out, 'cells', file), 'utf8')) as unknown).not.toThrow();

  expect(run(user, process.execPath, ...args)).toMatch(/report\.html, results\.json and results\.csv written/);
  expect(finished().length).toBe(5);
  const html = readFileSync(join(out, 'report.html'), 'utf8');
  expect(html).toContain('npx cotangent run landscape --methods mean');
  expect(html).toMatch(/cotangent \d+\.\d+\.\d+, gpu\.js \d+\.\d+\.\d+, node \d+/);
});
