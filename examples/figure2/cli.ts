import cliProgress from 'cli-progress';
import { setDevice, device, type DeviceName } from '../../src/index.ts';
import { experiment, type Progress } from './experiment.ts';
import { openFolder, type Folder } from './folder.ts';
import { help, parseOptions, UsageError, type Options } from './options.ts';
import { claims as claimsOf, conclusions } from './order.ts';
import { page } from './report.ts';
import { tables } from './table.ts';

/** A bar on a terminal, a line every few seconds elsewhere; on stderr, for the tables are what is printed. */
function progressBar(): { update: Progress; stop: () => void } {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % | {eta_formatted} left | {what}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: process.stderr,
    clearOnComplete: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    etaBuffer: 200,
  });
  bar.start(1000, 0, { what: 'landscapes' });
  return {
    update: (what, share) => bar.update(Math.round(1000 * share), { what }),
    stop: () => bar.stop(),
  };
}

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** Calls `f`; a signal meanwhile ends the program with the signal's exit code, after `tidy`. */
async function interruptible<T>(tidy: () => void, f: () => Promise<T>): Promise<T> {
  const handlers = Object.entries(signals).map(([signal, code]) => {
    const handler = (): void => {
      tidy();
      process.stderr.write('figure2: interrupted, nothing was written\n');
      process.exit(code);
    };
    process.once(signal, handler);
    return () => process.removeListener(signal, handler);
  });
  try {
    return await f();
  } finally {
    handlers.forEach((remove) => remove());
  }
}

async function chooseDevice(name: string): Promise<void> {
  try {
    await setDevice(name as DeviceName | 'auto');
  } catch (error) {
    const [line] = (error as Error).message.split('\n') as [string];
    throw new UsageError(`--device: ${line.replace(/^setDevice: /, '')}`, { cause: error });
  }
}

async function report(options: Options, folder: Folder): Promise<void> {
  const { seed, steps, starts, landscapes } = options;
  const began = performance.now();
  const bar = progressBar();
  const tidy = (): void => {
    bar.stop();
    folder.discard();
  };
  const results = await interruptible(tidy, () =>
    experiment({ seed, steps, starts, landscapes }, device(), bar.update),
  ).catch((error: unknown) => {
    tidy();
    throw error;
  });
  bar.stop();
  const claims = claimsOf(results.comparisons);
  const said = conclusions(claims);
  folder.write({
    'results.json': `${JSON.stringify(results)}\n`,
    'report.html': page(results, claims, said),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${tables(results, claims, said)}\n\n`);
  process.stdout.write(`${seconds} s on ${device()}; ${options.out}/report.html and results.json written\n`);
}

/** The program; gives its exit code: 2 where the arguments cannot be followed. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === 'help') process.stdout.write(help);
    else {
      await chooseDevice(options.device);
      await report(options, openFolder(options.out));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`figure2: ${error.message}; --help lists the options\n`);
    return 2;
  }
}
