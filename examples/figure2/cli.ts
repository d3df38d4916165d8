import { join } from 'node:path';
import { device } from 'cotangent';
import { chooseDevice } from '../report/chooseDevice.ts';
import { failure } from '../report/failure.ts';
import { openFolder, type Folder } from '../report/folder.ts';
import { interruptible } from '../report/interruptible.ts';
import { lockFile } from '../report/lockFile.ts';
import { progressBar } from '../report/progressBar.ts';
import { say } from '../report/say.ts';
import { experiment } from './experiment.ts';
import { help, parseOptions, type Options } from './options.ts';
import { claims as claimsOf, conclusions } from './order.ts';
import { page } from './report.ts';
import { tables } from './table.ts';

/**
 * Runs the experiment, prints the tables, and writes the results and the report to the folder. If
 * the experiment fails or is interrupted, nothing is written.
 */
async function report(options: Options, folder: Folder): Promise<void> {
  const { seed, steps, starts, landscapes } = options;
  const began = performance.now();
  const unlock = await lockFile(join(options.out, 'lock'), `'${options.out}'`, (line) => void say(`figure2: ${line}`));
  const bar = progressBar('landscapes');
  const tidy = (): void => {
    bar.stop();
    unlock();
    folder.discard();
  };
  const results = await interruptible('figure2: interrupted, nothing was written', tidy, () =>
    experiment({ seed, steps, starts, landscapes }, device(), bar.update),
  ).catch((error: unknown) => {
    tidy();
    throw error;
  });
  bar.stop();
  const claims = claimsOf(results.comparisons);
  const said = conclusions(claims);
  process.stdout.write(`${tables(results, claims, said)}\n\n`);
  folder.write({
    'results.json': `${JSON.stringify(results)}\n`,
    'report.html': page(results, claims, said),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${seconds} s on ${device()}; ${options.out}/report.html and results.json written\n`);
}

/**
 * Runs the program and returns its exit code: 0, or 2 if the arguments are invalid, or 1 if the
 * report cannot be written.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === 'help') process.stdout.write(help);
    else {
      await chooseDevice(options.device);
      await report(options, openFolder(options.out, ['results.json', 'report.html']));
    }
    return 0;
  } catch (error) {
    return failure('figure2', error);
  }
}
