import { parseArgs } from 'node:util';
import { UsageError } from '../../examples/report/usage.ts';

export interface Options {
  /** Groups of workloads. */
  readonly only: readonly string[];
  /** Whether the numbers are printed as JSON in place of the table. */
  readonly json: boolean;
  /** The folder for the results and the report. */
  readonly out: string;
  /** How long each library is timed on each workload. */
  readonly seconds: number;
}

const options = {
  only: { type: 'string' },
  seconds: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  out: { type: 'string', default: 'out/bench' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What the command line asks for, of the groups that there are; 'help' if it asks for help. */
export function parseOptions(args: readonly string[], groups: readonly string[]): Options | 'help' {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    // Node adds advice to what is wrong; one sentence is enough.
    throw new UsageError((error as Error).message.split(/\. |\n/)[0]!.replace(/\.$/, ''), { cause: error });
  }
  if (values.help) return 'help';
  const only = values.only?.split(',').map((name) => name.trim().toUpperCase()) ?? groups;
  const unknown = only.find((name) => !groups.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only must list some of ${groups.join(',')}, got '${values.only}'`);
  const seconds = Number(values.seconds);
  if (!(seconds >= 0.1 && seconds <= 600))
    throw new UsageError(`--seconds must be a number from 0.1 to 600, got '${values.seconds}'`);
  if (values.out === '') throw new UsageError('--out must name a folder, got an empty name');
  return { only, json: values.json, out: values.out, seconds };
}
