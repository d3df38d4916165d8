/**
 * Mutation testing: small changes to the sources, one at a time, in a copy of the project, each of
 * which some test should notice. Stryker 9 was tried: it needs the compiler's old interface to
 * leave the work tree alone, cannot switch mutants inside functions that are read as text
 * (kernels/elementwise.ts), and takes hours for its 2 000 mutants; so a sample is drawn here.
 *
 *     npm run mutants -- [--sample 100] [--skip 0] [--seed 1] [--only src/autodiff] [--workers 2] [--again LOG]
 *
 * `--sample` is the number of mutants, `--only` the beginning of their files' paths, `--workers`
 * the number of copies. `--skip` leaves out the first of the sample, `--again` tries what survived
 * in an earlier run's log.
 */
import { spawnSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { transformWithEsbuild } from 'vite';
import { filesBelow, root, textOf } from '../test/support/sources.ts';
import { mutantsOf, type Mutant } from './mutators.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    skip: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    again: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
  },
});

/** A mutant that no test needs to detect, and the reason. */
interface Survivor {
  readonly file: string;
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}
const survivors = JSON.parse(textOf('scripts/mutants.survivors.json')) as readonly Survivor[];

/** Test files, and a part of the tests' names if only some of them are meant. */
interface Stage {
  readonly files: readonly string[];
  readonly named?: string;
}

/**
 * For each path prefix, the tests that should detect a change. The first prefix that fits counts.
 * Its stages run one after another, the fastest first.
 */
const tests: readonly (readonly [path: string, ...stages: Stage[]])[] = [
  ['kernels/random.ts', { files: ['test/testing/uniformity.test.ts'] }, { files: ['test/tensor/operations.test.ts'] }],
  [
    'kernels/graddrop.ts',
    { files: ['test/multiloss/gradDrop.test.ts'] },
    { files: ['test/device/multiloss.node.test.ts', 'test/testing/claims.node.test.ts'], named: 'multiloss|Structure' },
  ],
  [
    'kernels/reduce.ts',
    { files: ['test/autodiff/orders.test.ts'] },
    { files: ['test/tensor/operations.test.ts', 'test/device/cpu.node.test.ts'] },
  ],
  [
    'kernels/',
    { files: ['test/kernels', 'test/autodiff/orders.test.ts'] },
    { files: ['test/tensor/operations.test.ts'] },
    { files: ['test/docs/numerics.node.test.ts', 'test/graph/scalar.test.ts', 'test/testing/claims.test.ts'] },
    { files: ['test/device/cpu.node.test.ts'] },
  ],
  [
    'src/autodiff/',
    { files: ['test/transforms', 'test/autodiff/orders.test.ts'] },
    {
      files: ['test/multiloss/gradDrop.test.ts', 'test/multiloss/multiGrad.test.ts', 'test/tensor/operations.test.ts'],
    },
    { files: ['test/testing/claims.test.ts'], named: 'Derivatives' },
    { files: ['test/autodiff/depth.test.ts', 'test/testing/programs.test.ts', 'test/device/cpu.node.test.ts'] },
  ],
  [
    'src/multiloss/',
    { files: ['test/multiloss/'] },
    {
      files: ['test/device/multiloss.node.test.ts', 'test/testing/claims.test.ts'],
      named: 'cpu|Proposition|Structure',
    },
  ],
];

const nowhere = tests
  .flatMap(([, ...stages]) => stages.flatMap(({ files }) => files))
  .find((file) => !existsSync(join(root, file)));
if (nowhere !== undefined) throw new Error(`mutants: tests must be where they are looked for, got none at ${nowhere}`);

/**
 * Returns the name of the operation whose entry in the elementwise table a mutant changes, or
 * undefined.
 */
function entryOf(m: Mutant): string | undefined {
  const plain = textOf(m.file);
  let at = 0;
  while (plain[at] === m.text[at]) at++;
  return /^  (\w+): (?:unary|binary|ternary)\(/m.exec(
    plain
      .slice(0, plain.indexOf('\n', at))
      .split(/\n(?=  \w+: )/)
      .at(-1)!,
  )?.[1];
}

/**
 * Returns the stages of tests for a mutant. Tests that name the changed operation or merge rule
 * come first.
 */
function stagesOf(m: Mutant): readonly Stage[] {
  const [, ...stages] = tests.find(([path]) => m.file.startsWith(path))!;
  if (m.file.startsWith('src/multiloss/'))
    return [{ files: ['test/multiloss/'], named: basename(m.file, '.ts') }, ...stages];
  const entry = m.file === 'kernels/elementwise.ts' ? entryOf(m) : undefined;
  const files = ['test/kernels', 'test/autodiff/orders.test.ts', 'test/tensor/operations.test.ts'];
  return entry === undefined ? stages : [{ files, named: `\\b${entry}\\b` }, ...stages];
}

/**
 * Returns a text by which the mutants are sorted before the sample is taken. It depends on the
 * mutant and the seed alone, so a change of another file does not affect it.
 */
const placeOf = (m: Mutant): string =>
  createHash('sha256').update(`${values.seed} ${m.file} ${m.line} ${m.change}`).digest('hex');

/** Returns the mutants of the files below `--only` that change more than types and comments. */
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

/** Copies everything that the tests need to a new folder and returns its path. */
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

/**
 * Returns the arguments of vitest: one process, one test file after another, with compiled files
 * cached, because most mutants are detected in the first seconds.
 */
const vitest = ({ files, named }: Stage): string[] => {
  const projects = files.some((path) => path.includes('.node.')) ? ['core', 'node'] : ['core'];
  return [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--bail=1',
    '--reporter=dot',
    '--no-isolate',
    '--maxWorkers=1',
    '--experimental.fsModuleCache',
    '--testTimeout=240000',
    '--hookTimeout=240000',
    '--passWithNoTests',
    ...projects.flatMap((name) => ['--project', name]),
    ...(named === undefined ? [] : ['--testNamePattern', named]),
    ...files,
  ];
};

/** One float32 device is enough to detect a mutant. */
const env = { ...process.env, COTANGENT_DEVICES: 'cpu' };

type Outcome = 'killed' | 'timeout' | 'survived';

/**
 * The running process groups. A test that never ends is killed with all processes that its run has
 * started.
 */
const groups = new Set<number>();
const end = (group: number): void => {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // The process group has already ended.
  }
};
process.on('exit', () => groups.forEach(end));

/**
 * Runs a stage of tests in a folder. The mutant has survived if they pass. A timeout is reported
 * separately, because a slow machine could be the cause.
 */
const tried = (folder: string, stage: Stage): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, vitest(stage), { cwd: folder, env, stdio: 'ignore', detached: true });
    const group = child.pid!;
    groups.add(group);
    const timer = setTimeout(end, 300_000, group);
    child.on('exit', (code) => {
      clearTimeout(timer);
      end(group);
      groups.delete(group);
      resolve(code === 0 ? 'survived' : code === null ? 'timeout' : 'killed');
    });
  });

/** Puts a mutant into a folder, runs its stages of tests until one fails, and restores the file. */
async function fate(folder: string, mutant: Mutant): Promise<Outcome> {
  const path = join(folder, mutant.file);
  const plain = readFileSync(path, 'utf8');
  writeFileSync(path, mutant.text);
  try {
    for (const stage of stagesOf(mutant)) {
      const outcome = await tried(folder, stage);
      if (outcome !== 'survived') return outcome;
    }
    return 'survived';
  } finally {
    writeFileSync(path, plain);
  }
}

/** Returns a mutant's line in the log. */
const told = (m: Mutant): string => `${m.file}: ${m.change}  in  ${m.line}`;

/** The survivors that an earlier run printed. */
const earlier = values.again === '' ? [] : readFileSync(values.again, 'utf8').split('\n');
const again = new Set(earlier.filter((l) => l.startsWith('SURVIVED')).map((l) => l.slice('SURVIVED '.length)));

const all = (await programs()).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
const chosen = values.again !== '' ? all.filter((m) => again.has(told(m))) : all.slice(Number(values.skip));
const sample = chosen.slice(0, Number(values.sample));
console.log(`${all.length} mutants, of which ${sample.length} are tried`);

const folders = Array.from({ length: Number(values.workers) }, copy);
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
const needed: Stage = { files: [...new Set(sample.flatMap(stagesOf).flatMap(({ files }) => files))] };
const check = spawnSync(process.execPath, vitest(needed), { cwd: folders[0]!, env, encoding: 'utf8' });
if (check.status !== 0) {
  console.error(`mutants: the tests must pass before anything is changed, got\n${check.stdout.slice(-2000)}`);
  process.exit(2);
}

const excused = (m: Mutant): Survivor | undefined =>
  survivors.find((s) => s.file === m.file && s.line === m.line && s.change === m.change);
const alive: Mutant[] = [];
const count = { killed: 0, timeout: 0, survived: 0 };

/** Prints and returns the score of the mutants tried so far. */
function summarise(): number {
  const known = alive.filter(excused);
  const noticed = count.killed + count.timeout;
  const counted = noticed + alive.length - known.length;
  const score = counted === 0 ? 1 : noticed / counted;
  console.log(
    `\n${noticed + alive.length} mutants: ${noticed} killed (${count.timeout} by a timeout), ` +
      `${alive.length - known.length} survived, ${known.length} change nothing for reasons that ` +
      `scripts/mutants.survivors.json gives; score ${noticed}/${counted} = ${(100 * score).toFixed(1)} %`,
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
      const outcome = await fate(folder, mutant);
      count[outcome]++;
      if (outcome === 'survived') alive.push(mutant);
      console.log(`${outcome !== 'survived' ? outcome : excused(mutant) ? 'excused' : 'SURVIVED'} ${told(mutant)}`);
    }
  }),
);
process.exitCode = summarise() >= 0.9 ? 0 : 1;
