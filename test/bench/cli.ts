import { openFolder } from '../../examples/report/folder.ts';
import { UsageError } from '../../examples/report/usage.ts';
import type { Half } from './half.ts';
import { parseOptions, type Options } from './options.ts';
import { page } from './show/report.ts';
import { load, machine, versions, type Results } from './results.ts';
import { text } from './show/text.ts';

export const help = ({ command, name, summary, groups }: Half): string => `${summary}

usage: npm run ${command} -- [options]

  --only LIST      some of ${groups.join(',')} (default: all)
  --seconds N      how long each library is timed on each workload (default: 1)
  --json           print the numbers as JSON in place of the tables
  --out FOLDER     where ${name}.html and ${name}.json are written (default: out/bench)
  --help           this text

The peers are installed by: npm ci --prefix test/bench
What the workloads are, and what limits them, stands in docs/performance.md.
`;

async function bench(half: Half, options: Options): Promise<void> {
  const { json, out, seconds } = options;
  const folder = openFolder(out);
  const before = load();
  try {
    const found = await half.measure(options, (name, share) =>
      process.stderr.write(`${`${Math.round(100 * share)}`.padStart(3)} %  ${name}\n`),
    );
    const results: Results = { machine: machine(before), versions: versions(), seconds, ...found };
    const written = JSON.stringify(results, undefined, 1);
    folder.write({ [`${half.name}.json`]: `${written}\n`, [`${half.name}.html`]: page(results) });
    process.stdout.write(
      json ? `${written}\n` : `${text(results)}\n\n${out}/${half.name}.html and ${half.name}.json written\n`,
    );
  } catch (error) {
    folder.discard();
    throw error;
  }
}

/**
 * The program; gives its exit code: 2 where the arguments cannot be followed, 1 where libraries
 * fail or disagree. A bar that is not met is no failure: speed depends on the machine.
 */
export async function run(half: Half, args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args, half.groups);
    if (options === 'help') process.stdout.write(help(half));
    else await bench(half, options);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${half.command}: ${error.message}; --help lists the options\n`);
      return 2;
    }
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}
