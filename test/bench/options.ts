import { parseArgs } from 'node:util';
import { UsageError } from '../../examples/report/usage.ts';
import { workloads } from './workloads.ts';

export interface Options {
  /** Groups of workloads: W1 to W10. */
  readonly only: readonly string[];
  /** Whether the numbers are printed as JSON in place of the table. */
  readonly json: boolean;
  /** The folder for results.json and report.html. */
  readonly out: string;
  /** How long each library is timed on each workload. */
  readonly seconds: number;
}

export const groups: readonly string[] = [...new Set(workloads.map(({ group }) => group))];

export const help = `Speed beside jax-js, TensorFlow.js and js-pytorch, one process for each library and workload.

usage: npm run bench -- [options]

  --only LIST      some of ${groups.join(',')} (default: all)
  --seconds N      how long each library is timed on each workload (default: 2)
  --json           print the numbers as JSON in place of the table
  --out FOLDER     where report.html and results.json are written (default: out/bench)
  --help           this text

The peers are installed by: npm ci --prefix test/bench
What the workloads are, and what limits them, stands in docs/performance.md.
`;

const options = {
  only: { type: 'string', default: groups.join() },
  seconds: { type: 'string', default: '2' },
  json: { type: 'boolean', default: false },
  out: { type: 'string', default: 'out/bench' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What the command line asks for; 'help' if it asks for help. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    // Node adds advice to what is wrong; one sentence is enough.
    throw new UsageError((error as Error).message.split(/\. |\n/)[0]!.replace(/\.$/, ''), { cause: error });
  }
  if (values.help) return 'help';
  const only = values.only.split(',').map((name) => name.trim().toUpperCase());
  const unknown = only.find((name) => !groups.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only must list some of ${groups.join(',')}, got '${values.only}'`);
  const seconds = Number(values.seconds);
  if (!(seconds >= 0.1 && seconds <= 600))
    throw new UsageError(`--seconds must be a number from 0.1 to 600, got '${values.seconds}'`);
  if (values.out === '') throw new UsageError('--out must name a folder, got an empty name');
  return { only, json: values.json, out: values.out, seconds };
}
