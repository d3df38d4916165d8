import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtFolder } from '../support/built.ts';
import { run } from '../support/buildPackage.ts';
import { root } from '../support/sources.ts';

let user: string;
let command: string;

/** A project with the packed package in it, and beside it what it depends on. */
beforeAll(() => {
  user = mkdtempSync(join(tmpdir(), 'cotangent-command-'));
  const tarball = run(builtFolder(), 'npm', 'pack', '--silent', '--pack-destination', user).trim();
  const modules = join(user, 'node_modules');
  const own = join(modules, 'cotangent');
  mkdirSync(own, { recursive: true });
  run(user, 'tar', '-xzf', tarball, '-C', own, '--strip-components=1');
  const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {
    readonly dependencies: Record<string, string>;
    readonly bin: { readonly cotangent: string };
  };
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(modules, name);
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  command = join(own, manifest.bin.cotangent);
}, 60_000);
afterAll(() => rmSync(user, { recursive: true, force: true }));

test('the command can be run by itself and knows its version of everything', () => {
  expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(run(user, process.execPath, command, 'list')).toMatch(/^attributes .*\ntransfer .*\nlandscape /);
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
