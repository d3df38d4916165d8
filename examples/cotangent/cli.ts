import { join, resolve } from 'node:path';
import { CommanderError } from 'commander';
import { quote } from 'shell-quote';
import { device } from 'cotangent';
import { isModule, own as ownExperiment } from '../compare/own.ts';
import { chooseDevice } from '../report/chooseDevice.ts';
import type { Common, Experiment, Report } from '../report/experiment.ts';
import { failure } from '../report/failure.ts';
import { openFolder } from '../report/folder.ts';
import { interruptible } from '../report/interruptible.ts';
import { lockFile } from '../report/lockFile.ts';
import { progressBar } from '../report/progressBar.ts';
import { say } from '../report/say.ts';
import { openStore } from '../report/store.ts';
import { UsageError } from '../report/usage.ts';
import { experiments } from './experiments.ts';
import { pageOf } from './page.ts';
import { openPool } from './pool.ts';
import { program, type Request } from './program.ts';
import { versions } from './versions.ts';

/**
 * Throws a usage error if `workers` workers of `each` bytes need more memory than is free: a run
 * with fewer workers is better than one that dies after an hour.
 */
function checkMemory(each: number, workers: number): void {
  const free = process.availableMemory();
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  if (each * workers > free)
    throw new UsageError(
      `--workers: ${workers} need about ${gigabytes(each * workers)} of memory, and ${gigabytes(free)} are free`,
    );
}

/**
 * Runs an experiment and writes its report to the folder `out`. `command` is the text that repeats
 * it.
 */
async function runExperiment(
  { experiment, file, common, own, out, workers, fresh }: Extract<Request, { what: 'run' }>,
  command: string,
): Promise<void> {
  const began = performance.now();
  await chooseDevice(common.device);
  const settings = await experiment.settings({ ...common, device: device() }, own);
  checkMemory(experiment.memory(settings), Math.max(1, workers));
  const folder = openFolder(out, ['results.json', 'results.csv', 'report.html']);
  const tell = (line: string): void => void say(`cotangent: ${line}`);
  await lockFile(join(out, 'lock'), `'${out}'`, tell);
  const store = openStore(out, { experiment: experiment.name, versions: versions(), ...settings }, fresh, tell);
  const bar = progressBar(experiment.name);
  const pool = openPool({
    experiment: experiment.name,
    ...(file !== undefined && { file: resolve(file) }),
    settings,
    folder: out,
    workers,
    store,
    total: experiment.count(settings),
    progress: bar.update,
    say: tell,
  });
  const message = `cotangent: interrupted; what was finished stays in '${out}', and the same command goes on from there`;
  let report: Report;
  try {
    report = await interruptible(message, bar.stop, () => experiment.run(settings, pool.compute));
  } finally {
    bar.stop();
    await pool.close();
  }
  process.stdout.write(`${report.text}\n\n`);
  folder.write({
    'results.json': `${JSON.stringify({ command, versions: versions(), ...(report.results as object) })}\n`,
    'results.csv': report.csv,
    'report.html': pageOf(report, command, settings),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${seconds} s on ${device()}; ${out}/report.html, results.json and results.csv written\n`);
}

/** Returns a line for each experiment. */
const list = (): string => {
  const width = Math.max(...experiments.map((e) => e.name.length));
  return experiments.map((e) => `${e.name.padEnd(width)}  ${e.summary}\n`).join('');
};

/** Returns commander's message in one line. */
const oneLine = (text: string): string =>
  text
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (one of )?(.*)\?\)$/s, '; did you mean $2?')
    .replaceAll('\n', ' ');

/** Returns a usage error for commander's error, or undefined if that only shows its help. */
function usageOf(error: CommanderError): UsageError | undefined {
  if (error.exitCode === 0) return undefined;
  const none = error.code === 'commander.help';
  const text = none ? `run: name an experiment: ${experiments.map((e) => e.name).join(', ')}` : oneLine(error.message);
  return new UsageError(text, { cause: error });
}

/**
 * Runs the program and returns its exit code: 0, or 2 if the arguments are invalid, or 1 if a run
 * cannot continue.
 */
export async function run(args: readonly string[]): Promise<number> {
  // `verify` has its own options. It is loaded only here, because it brings all claims.
  const asksForHelp = args[0] === 'help' && args[1] === 'verify';
  if (asksForHelp || args[0] === 'verify')
    return (await import('../verify/cli.ts')).run(asksForHelp ? ['--help'] : args.slice(1));
  let request: Request | undefined;
  try {
    const file = args[0] === 'run' && isModule(args[1]) ? args[1] : undefined;
    const own =
      file === undefined ? undefined : { file, experiment: (await ownExperiment(file)) as Experiment<Common> };
    program((asked) => (request = asked), own).parse(args.length === 0 ? ['--help'] : args, { from: 'user' });
    if (request?.what === 'list') process.stdout.write(list());
    else if (request?.what === 'playground') await (await import('./playground.ts')).servePlayground(request);
    else if (request?.what === 'record') await (await import('./record.ts')).recordProgram(request.file, request.out);
    else if (request) await runExperiment(request, quote(['npx', 'cotangent', ...args]));
    return 0;
  } catch (error) {
    const usage = error instanceof CommanderError ? usageOf(error) : error;
    return usage === undefined ? 0 : failure('cotangent', usage);
  }
}
