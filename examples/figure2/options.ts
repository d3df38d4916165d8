import { parseArgs } from 'node:util';
import { once, UsageError, whole } from '../report/usage.ts';
import type { Settings } from './experiment.ts';

export interface Options extends Settings {
  readonly device: string;
  /** The folder for the report. */
  readonly out: string;
}

export const help = `Figure 2 of "Just Pick a Sign" (Chen et al. 2020): eight ways to go down five sines at once.

usage: npm start -- [options]

  --device NAME    auto, webgpu, webgl2, webgl, headlessgl, webasm, cpu or reference (default: webasm)
  --seed N         what all random numbers follow from (default: 0)
  --out FOLDER     where report.html and results.json are written (default: figure2-report)
  --steps N        training steps (default: 10000)
  --starts N       start points on each landscape (default: 200)
  --landscapes N   landscapes of each of three families (default: 8)
  --help           this text

A whole run takes about a minute on webasm. What the paper leaves open, and is chosen here, stands in the report.
`;

const options = {
  device: { type: 'string', default: 'webasm' },
  seed: { type: 'string', default: '0' },
  out: { type: 'string', default: 'figure2-report' },
  steps: { type: 'string', default: '10000' },
  starts: { type: 'string', default: '200' },
  landscapes: { type: 'string', default: '8' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Returns the options of a command line, or 'help' if it asks for help. Throws a usage error if an
 * option is invalid.
 */
export function parseOptions(args: readonly string[]): Options | 'help' {
  let values, tokens;
  try {
    ({ values, tokens } = parseArgs({ args: [...args], options, tokens: true }));
  } catch (error) {
    // Node appends advice to its message; the first sentence is enough.
    throw new UsageError((error as Error).message.split(/\. |\n/)[0]!.replace(/\.$/, ''), { cause: error });
  }
  if (values.help) return 'help';
  once(tokens.flatMap((token) => (token.kind === 'option' ? token.name : [])));
  if (values.out === '') throw new UsageError('--out must name a folder, got an empty name');
  return {
    device: values.device,
    out: values.out,
    seed: whole('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    steps: whole('steps', values.steps, 1, 1_000_000),
    starts: whole('starts', values.starts, 1, 10_000),
    landscapes: whole('landscapes', values.landscapes, 1, 100),
  };
}
