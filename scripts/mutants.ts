/**
 * Mutation testing: small changes to the sources, one at a time, in a copy of the project, each of which some test should notice.
 * Stryker 9 was tried: it needs the compiler's old interface to leave the work tree alone, cannot switch mutants inside functions
 * that are read as text (kernels/elementwise.ts), and takes hours for its 2 000 mutants; so a sample is drawn here.
 *
 *     npm run mutants -- [--sample 100] [--seed 1] [--only src/autodiff] [--workers 2]
 */
import { spawnSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { transformWithEsbuild } from 'vite';
import { filesBelow, root, textOf } from '../test/support/sources.ts';
import { mutantsOf, type Mutant } from './mutators.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
  },
});

/** A mutant that no test need notice, and why. */
interface Survivor {
  readonly file: string;
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}
const survivors = JSON.parse(textOf('scripts/mutants.survivors.json')) as readonly Survivor[];

/** The tests that should notice a change, the quickest first. */
const tests: readonly (readonly [folder: string, stages: readonly (readonly string[])[]])[] = [
  ['kernels/random.ts', [['test/testing/uniformity.test.ts'], ['test/tensor/operations.test.ts']]],
  ['kernels/graddrop.ts', [['test/multiloss']]],
  [
    'kernels',
    [['test/kernels'], ['test/autodiff/orders.test.ts', 'test/graph'], ['test/tensor', 'test/device/cpu.node.test.ts']],
  ],
  [
    'src/autodiff',
    [
      ['test/autodiff/orders.test.ts', 'test/transforms'],
      ['test/multiloss', 'test/device', 'test/tensor'],
      ['test/autodiff/depth.test.ts', 'test/testing/claims.test.ts'],
    ],
  ],
  ['src/multiloss', [['test/multiloss/'], ['test/testing/claims.test.ts', 'test/multiloss/devices.node.test.ts']]],
];

const stagesOf = (file: string): readonly (readonly string[])[] =>
  tests.find(([folder]) => file.startsWith(folder))![1];

/** A place in the sample that depends on the mutant and the seed alone, so that a change elsewhere changes nothing here. */
const placeOf = (m: Mutant): string =>
  createHash('sha256').update(`${values.seed} ${m.file} ${m.line} ${m.change}`).digest('hex');

/** Mutants that change more than types. */
async function programs(): Promise<Mutant[]> {
  const files = ['kernels', 'src/autodiff', 'src/multiloss']
    .flatMap((folder) => filesBelow(folder, '.ts'))
    .filter((file) => file.startsWith(values.only));
  const out: Mutant[] = [];
  const strip = (text: string): Promise<string | undefined> =>
    transformWithEsbuild(text, 'file.ts', { sourcemap: false }).then(
      (r) => r.code,
      () => undefined,
    );
  for (const file of files) {
    const plain = await strip(textOf(file));
    for (const mutant of mutantsOf(file, textOf(file))) {
      const code = await strip(mutant.text);
      if (code !== undefined && code !== plain) out.push(mutant);
    }
  }
  return out;
}

/** A copy of what tests need. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cotangent-mutants-'));
  for (const name of ['kernels', 'src', 'test', 'examples', 'docs', 'package.json', 'vitest.config.ts', 'README.md'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of filesBelow('.', '.json').filter((f) => /^tsconfig[^/]*$/.test(f)))
    cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'dist'), { recursive: true });
  return folder;
}

const vitest = (stage: readonly string[]): string[] => {
  const projects = stage.some((path) => path.includes('.node.')) ? ['core', 'node'] : ['core'];
  const options = ['run', '--bail', '1', '--reporter', 'dot', ...projects.flatMap((name) => ['--project', name])];
  return [join(root, 'node_modules/vitest/vitest.mjs'), ...options, ...stage];
};

/** One device that computes in float32 is enough to notice. */
const env = { ...process.env, COTANGENT_DEVICES: 'cpu' };

/** Whether a stage of tests fails in a folder; a test that never ends fails as well. */
const fails = (folder: string, stage: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, vitest(stage), { cwd: folder, env, stdio: 'ignore', timeout: 180_000 });
    child.on('exit', (code) => resolve(code !== 0));
  });

async function killed(folder: string, mutant: Mutant): Promise<boolean> {
  const path = join(folder, mutant.file);
  const plain = readFileSync(path, 'utf8');
  writeFileSync(path, mutant.text);
  try {
    for (const stage of stagesOf(mutant.file)) if (await fails(folder, stage)) return true;
    return false;
  } finally {
    writeFileSync(path, plain);
  }
}

const all = (await programs()).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
const sample = all.slice(0, Number(values.sample));
console.log(`${all.length} mutants, of which ${sample.length} are tried`);

const folders = Array.from({ length: Number(values.workers) }, copy);
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const needed = [...new Set(sample.flatMap((m) => stagesOf(m.file)).flat())];
const check = spawnSync(process.execPath, vitest(needed), { cwd: folders[0]!, env, encoding: 'utf8' });
if (check.status !== 0) {
  console.error(`mutants: the tests must pass before anything is changed, got\n${check.stdout.slice(-2000)}`);
  process.exit(2);
}

const excused = (m: Mutant): Survivor | undefined =>
  survivors.find((s) => s.file === m.file && s.line === m.line && s.change === m.change);
const alive: Mutant[] = [];
let tried = 0;

/** Prints the score of what has been tried so far. */
function summarise(): number {
  const known = alive.filter(excused);
  const counted = tried - known.length;
  const score = counted === 0 ? 1 : (counted - (alive.length - known.length)) / counted;
  console.log(
    `\n${tried} mutants: ${tried - alive.length} killed, ${alive.length - known.length} survived, ${known.length} ` +
      `survived for reasons that scripts/mutants.survivors.json gives; score ${(100 * score).toFixed(1)} %`,
  );
  for (const m of known) console.log(`  ${m.file}: ${m.change}: ${excused(m)!.reason}`);
  return score;
}

process.on('SIGINT', () => {
  summarise();
  process.exit(130);
});

const queue = [...sample];
await Promise.all(
  folders.map(async (folder) => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const noticed = await killed(folder, mutant);
      tried++;
      if (!noticed) alive.push(mutant);
      const verdict = noticed ? 'killed  ' : excused(mutant) ? 'excused ' : 'SURVIVED';
      console.log(`${verdict} ${mutant.file}: ${mutant.change}  in  ${mutant.line}`);
    }
  }),
);
process.exitCode = summarise() >= 0.9 ? 0 : 1;
