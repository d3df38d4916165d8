import { existsSync } from 'node:fs';
import { openFolder } from '../../examples/report/folder.ts';
import { UsageError } from '../../examples/report/usage.ts';
import { measure } from './measure.ts';
import { help, parseOptions, type Options } from './options.ts';
import { page } from './report.ts';
import { load, machine, versions, type Results } from './results.ts';
import { table } from './table.ts';

async function bench({ only, json, out, seconds }: Options): Promise<void> {
  if (!existsSync(new URL('node_modules/@jax-js/jax', import.meta.url)))
    throw new UsageError('the peers must be installed, by npm ci --prefix test/bench');
  const folder = openFolder(out);
  const before = load();
  try {
    const workloads = await measure(only, seconds, (name, share) =>
      process.stderr.write(`${`${Math.round(100 * share)}`.padStart(3)} %  ${name}\n`),
    );
    const results: Results = { machine: machine(before), versions: versions(), seconds, workloads };
    const text = JSON.stringify(results, undefined, 1);
    folder.write({ 'results.json': `${text}\n`, 'report.html': page(results) });
    process.stdout.write(json ? `${text}\n` : `${table(results)}\n\n${out}/report.html and results.json written\n`);
  } catch (error) {
    folder.discard();
    throw error;
  }
}

/** The program; gives its exit code: 2 where the arguments cannot be followed, 1 where libraries fail or disagree. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === 'help') process.stdout.write(help);
    else await bench(options);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`bench: ${error.message}; --help lists the options\n`);
      return 2;
    }
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}
