/**
 * Runs experiments, kills them at random times, continues them by the same command, and compares
 * every result byte by byte with that of an undisturbed run.
 *
 *     npm run kills -- [--times 100] [--seed 1]
 *
 * `--times` is the number of kills, by SIGKILL, SIGTERM and SIGINT in turn. The exit code is 1 if
 * something differs.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../test/support/sources.ts';

const { values } = parseArgs({
  options: { times: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1)
  throw new Error(`kills: --times must be a positive integer, got '${values.times}'`);

/** Runs of a few seconds: many short cells, and trainings that generate their data first. */
const commands = [
  ['run', 'landscape', '--methods', 'mean', '--seed', '3'],
  ['run', 'transfer', '--methods', 'targetOnly,baseline,gradDrop', '--rates', '0.003', '--steps', '2', '--seeds', '2'],
] as const;

const main = ['--import', import.meta.resolve('tsx'), join(root, 'examples/cotangent/main.ts')];
// Runs start in other folders and find the engine's sources by this setting.
process.env.TSX_TSCONFIG_PATH = join(root, 'tsconfig.json');

/**
 * How a run ended: its exit code or the signal that ended it, what it printed, and how long it
 * took.
 */
interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly text: string;
  readonly seconds: number;
}

/**
 * Runs a command in a folder and returns how it ended. Sends the signal `kill.by` after
 * `kill.after` seconds if it is still running.
 */
function run(command: readonly string[], cwd: string, kill?: { after: number; by: NodeJS.Signals }): Promise<End> {
  const began = performance.now();
  const args = [...main, ...command, '--workers', '0', '--out', 'out'];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += String(part)));
  const timer = kill && setTimeout(() => child.kill(kill.by), 1000 * kill.after);
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, text, seconds: (performance.now() - began) / 1000 });
    }),
  );
}

/** Returns the hashes of the files in the folder of a finished run, by name. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

/**
 * Returns a function that draws pseudo-random numbers in [0, 1) from a seed, so that a failure can
 * be reproduced.
 */
function draws(seed: string): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${seed}/${count++}`).digest().readUInt32LE() / 2 ** 32;
}

const base = mkdtempSync(join(tmpdir(), 'cotangent-kills-'));
const draw = draws(values.seed);
const signals = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;

/** Runs a command to its end. Throws unless its exit code is 0. */
async function whole(command: readonly string[], cwd: string): Promise<End> {
  const end = await run(command, cwd);
  if (end.code !== 0) throw new Error(`kills: ${command.join(' ')} must end with 0, got ${end.code}\n${end.text}`);
  return end;
}

let [killed, files, differing] = [0, 0, 0];
try {
  const undisturbed = [];
  for (const [i, command] of commands.entries()) {
    const cwd = join(base, `undisturbed-${i}`);
    mkdirSync(cwd);
    const { seconds } = await whole(command, cwd);
    undisturbed.push({ command, seconds, expected: filesOf(join(cwd, 'out')) });
  }
  let finished = 0;
  for (let round = 0; killed < times; round++)
    for (const { command, seconds, expected } of undisturbed) {
      const cwd = join(base, `run-${round}`);
      mkdirSync(cwd);
      const kills = 1 + Math.floor(draw() * 8);
      for (let i = 0; i < kills; i++) {
        const by = signals[killed % signals.length]!;
        const end = await run(command, cwd, { after: seconds * draw(), by });
        const died = end.signal !== null || [130, 143].includes(end.code ?? 0);
        if (died) killed++;
        else if (end.code !== 0)
          throw new Error(`kills: a run that goes on must end with 0, got ${end.code}\n${end.text}`);
      }
      await whole(command, cwd);
      const found = filesOf(join(cwd, 'out'));
      const names = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
      const wrong = names.filter((name) => found[name] !== expected[name]);
      files += names.length;
      differing += wrong.length;
      finished++;
      if (wrong.length > 0) console.log(`differing after ${kills} kills of ${command.join(' ')}: ${wrong.join(', ')}`);
      rmSync(cwd, { recursive: true });
      console.log(`${killed} kills, ${finished} runs finished, ${files} files compared, ${differing} differ`);
    }
} finally {
  rmSync(base, { recursive: true, force: true });
}
if (differing > 0) process.exitCode = 1;
