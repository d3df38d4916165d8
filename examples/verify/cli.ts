import cliProgress from 'cli-progress';
import { devices, setDevice, type DeviceName } from 'cotangent';
import { verify, type VerifyProgress, type VerifyReport } from 'cotangent/testing';
import { checkWritable } from '../report/checkWritable.ts';
import { failure } from '../report/failure.ts';
import { lockFile } from '../report/lockFile.ts';
import { say } from '../report/say.ts';
import { UsageError } from '../report/usage.ts';
import { isSpecial, writeFiles } from '../report/writeFiles.ts';
import { help, parseOptions, type Options } from './options.ts';
import { page } from './report.ts';
import { timeLeft } from '../report/progressBar.ts';
import { cell, exitCode, summary, tables, verdict } from './table.ts';

/**
 * A bar on a terminal, otherwise a line every few seconds. It goes to stderr, because stdout is for
 * the table.
 */
function progress(): { readonly update: (event: VerifyProgress) => void; readonly stop: () => void } {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {value}/{total}{eta_formatted} | {what}',
    formatTime: timeLeft,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: process.stderr,
    clearOnComplete: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
  });
  let begun = false;
  return {
    update({ claim, device, done, total, result }) {
      const what = `${claim.name} on ${device}${result ? `: ${cell(result)}` : ''}`;
      if (begun) bar.update(done, { what });
      else bar.start(total, done, { what });
      begun = true;
    },
    stop: () => bar.stop(),
  };
}

/** The signals of ctrl-C, a polite end and a closed terminal. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `f` with an AbortSignal. The first signal of the system aborts it, a second one ends the
 * program at once.
 */
async function interruptible<T>(f: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const handler = (): void => (stop.signal.aborted ? process.exit(130) : stop.abort());
  for (const name of signals) process.on(name, handler);
  try {
    return await f(stop.signal);
  } finally {
    for (const name of signals) process.removeListener(name, handler);
  }
}

async function chosenDevices(asked: readonly DeviceName[]): Promise<DeviceName[]> {
  const here = await devices();
  const absent = asked.find((name) => !here.includes(name));
  if (absent !== undefined)
    throw new UsageError(`--device must be one that answers here (${here.join(', ')}), got '${absent}'`);
  return asked.length > 0 ? [...new Set(asked)] : here;
}

async function check(options: Options): Promise<VerifyReport> {
  const { claims, runs, seed, all, subject } = options;
  const names = await chosenDevices(options.devices);
  if (!claims.some((c) => c.devices !== 'reference') && !names.includes('reference'))
    throw new UsageError(`--device must be reference for claims that need float64, got '${names.join(',')}'`);
  const bar = progress();
  try {
    return await interruptible((signal) =>
      verify({ claims, devices: names, runs, seed, all, signal, onProgress: bar.update, ...(subject && { subject }) }),
    );
  } finally {
    bar.stop();
  }
}

async function report(options: Options): Promise<number> {
  const began = performance.now();
  const { json, html } = options;
  checkWritable('json', json);
  checkWritable('html', html);
  if (!isSpecial(json)) await lockFile(`${json}.lock`, `'${json}'`, (line) => void say(`verify: ${line}`));
  const found = await check(options);
  const { claims, file } = options;
  const last = file === undefined ? summary(found) : verdict(found, file);
  process.stdout.write(`${tables(found, claims, file)}\n\n${last}\n`);
  writeFiles({ [json]: `${JSON.stringify(found, undefined, 2)}\n` });
  writeFiles({ [html]: await page(found, options.claims) });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${seconds} s; ${html} and ${json} written\n`);
  return exitCode(found);
}

/** Compares random programs with PyTorch. The exit code is 1 if they disagree. */
async function compare({ runs, seed }: Options): Promise<number> {
  const { againstTorch } = await import('./torch/against.ts');
  await setDevice('reference');
  const bar = new cliProgress.SingleBar({ format: '{bar} {value}/{total} programs', stream: process.stderr });
  bar.start(runs, 0);
  const found = await againstTorch({ runs, seed }, (done) => bar.update(done)).finally(() => bar.stop());
  const { programs, numbers, nan, version, problem } = found;
  const counts = Object.entries(numbers).map(([what, n]) => `${n} of ${what}`);
  process.stdout.write(
    `${programs} programs against PyTorch ${version}, seed ${seed}; numbers compared: ${counts.join(', ')}; ${nan} more are NaN there and finite here\n${problem ?? 'no disagreement'}\n`,
  );
  return problem === undefined ? 0 : 1;
}

/** Runs the program and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = await parseOptions(args);
    if (options === 'help') process.stdout.write(help);
    else if ('list' in options) process.stdout.write(options.list.map((c) => `${c.name}\n`).join(''));
    else if (options.against) return await compare(options);
    else return await report(options);
    return 0;
  } catch (error) {
    return failure('verify', error);
  }
}
