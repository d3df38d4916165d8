import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { quote } from 'shell-quote';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { labProgram } from '../support/built.ts';
import { ended } from '../support/ended.ts';

// Whole runs, several of them, some on a machine that has other things to do.
vi.setConfig({ testTimeout: 600_000 });

const base = mkdtempSync(join(tmpdir(), 'interrupted-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const program = labProgram('cotangent/main.ts');
const short = ['run', 'landscape', '--workers', '0', '--methods', 'mean'];

const start = (cwd: string, ...args: string[]): ChildProcess => spawn(process.execPath, [...program, ...args], { cwd });

/** Lines of stderr that are no progress. */
const linesOf = (err: string): string[] => err.split('\n').filter((line) => line.startsWith('cotangent: '));

const own = (name: string): string => {
  const folder = join(base, name);
  mkdirSync(folder);
  return folder;
};

const cells = (cwd: string): string[] =>
  existsSync(join(cwd, 'out/cells')) ? readdirSync(join(cwd, 'out/cells')).filter((name) => !name.startsWith('.')) : [];

/** Every file of a finished run with its text. */
const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [
        join(entry.parentPath, entry.name).slice(folder.length),
        readFileSync(join(entry.parentPath, entry.name), 'utf8'),
      ]),
  );

/** The files of a run that nothing disturbs, which goes on beside the tests. */
const calm = (async () => {
  const cwd = own('calm');
  const { code } = await ended(start(cwd, ...short, '--out', 'out'));
  expect(code).toBe(0);
  return filesOf(join(cwd, 'out'));
})();

test('a run that is killed again and again, and finds damaged files, ends with the files of an undisturbed one', async () => {
  const rough = own('rough');
  // Each time it dies a little later; the last two while a second cell, and then a third, is
  // computed.
  for (const [i, by] of (['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGINT', 'SIGKILL'] as const).entries()) {
    const child = start(rough, ...short, '--out', 'out');
    const finished = ended(child);
    if (i < 3) await wait(400 * (i + 1));
    else while (cells(rough).length < i - 1 && child.exitCode === null) await wait(10);
    child.kill(by);
    const { code } = await finished;
    // Where it has not begun to compute, a signal ends it as it ends any program.
    expect([by, { SIGKILL: 'SIGKILL', SIGTERM: 143, SIGINT: 130 }[by]]).toContain(child.signalCode ?? code);
    for (const name of cells(rough))
      expect(() => JSON.parse(readFileSync(join(rough, 'out/cells', name), 'utf8')) as unknown).not.toThrow();
  }
  const [first, second] = cells(rough);
  writeFileSync(join(rough, 'out/cells', first!), '');
  writeFileSync(join(rough, 'out/cells', second!), 'null');
  const last = await ended(start(rough, ...short, '--out', 'out'));
  expect(last.code).toBe(0);
  const [taken, ...damaged] = linesOf(last.err);
  expect(taken).toMatch(/process \d+ on .* has had 'out' in use since .* and is gone; this one takes over$/);
  expect(damaged.sort()).toEqual(
    [first, second].map((name) => `cotangent: 'out/cells/${name}' is damaged; it is computed again`).sort(),
  );
  expect(filesOf(join(rough, 'out'))).toEqual(await calm);
});

test('of two on one folder the second ends with one line, and touches nothing', async () => {
  const cwd = own('two');
  const first = start(cwd, ...short, '--out', 'out');
  const finished = ended(first);
  const lock = join(cwd, 'out/lock');
  while (!existsSync(lock) || readFileSync(lock, 'utf8') === '') await wait(20);
  const second = await ended(start(cwd, ...short, '--out', 'out', '--fresh'));
  expect(second).toMatchObject({ code: 1, out: '' });
  expect(second.err).toMatch(new RegExp(`^cotangent: 'out' is in use by process ${first.pid} on [^\\n]*\\n$`));
  first.kill('SIGKILL');
  await finished;
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: first.pid });
});

/** A disk of some bytes at a folder, where this user may mount one. */
function mount(folder: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a full disk ends a run with one line, and with room it goes on without loss', async () => {
  const full = own('full');
  const disk = join(full, 'out');
  mkdirSync(disk);
  // Who may not mount gets files that cannot become larger than so many KB instead: the report does
  // not fit.
  const mounted = mount(disk, '96k');
  try {
    const limited = `ulimit -f 64; exec ${quote([process.execPath, ...program, ...short, '--out', 'out'])}`;
    const child = mounted
      ? start(full, ...short, '--out', 'out')
      : spawn('bash', ['-c', limited], { cwd: full, stdio: 'pipe' });
    const { code, err } = await ended(child);
    expect(code).toBe(1);
    const reason = mounted ? 'no space left on device; free some space there' : 'file too large; see to that';
    expect(linesOf(err)).toEqual([
      expect.stringMatching(new RegExp(`cannot write 'out/.*': ${reason}, then run the same command again$`)),
    ]);
    expect(err).not.toContain('    at ');
    const kept = filesOf(join(full, 'out'));
    expect(Object.keys(kept).some((name) => name.startsWith('/cells/'))).toBe(true);
    if (mounted) execFileSync('mount', ['-o', 'remount,size=16m', disk]);
    const rest = await ended(start(full, ...short, '--out', 'out'));
    expect([rest.code, linesOf(rest.err)]).toEqual([0, []]);
    expect(filesOf(disk)).toEqual(await calm);
  } finally {
    if (mounted) execFileSync('umount', [disk]);
  }
});

test.each([
  ['cotangent/main.ts', ['list']],
  ['verify/main.ts', ['--list']],
  ['figure2/main.ts', ['--steps', '10', '--starts', '2', '--landscapes', '1', '--out', 'out']],
])('%s %j ends quietly where nobody reads its output', async (main, args) => {
  const cwd = mkdtempSync(join(base, 'pipe-'));
  const command = [process.execPath, ...labProgram(main), ...args];
  // The reader is gone before anything is written.
  const script = `{ sleep 0.1; ${quote(command)}; echo $? > code; } 2> err | true; sleep 0.1; while [ ! -s code ]; do sleep 0.1; done`;
  execFileSync('bash', ['-c', script], { cwd });
  expect(readFileSync(join(cwd, 'code'), 'utf8')).toBe('0\n');
  expect(readFileSync(join(cwd, 'err'), 'utf8')).not.toMatch(/EPIPE|Error|    at /);
});

test('the command in a report is the one that was given, whatever is in its arguments', () => {
  const any = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\0'));
  const special = fc.string({ unit: fc.constantFrom(...' \n\t\'"\\$`!*?[]{}~#&|;<>()=%^aé'), maxLength: 12 });
  const given = fc.sample(fc.oneof(any, special), { numRuns: 2000, seed: inject('seed') });
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${quote(given)}`], { encoding: 'utf8' });
  expect(printed.split('\0').slice(0, -1)).toEqual(given);
});
