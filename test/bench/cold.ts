import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { entrant } from './entrant.ts';
import { spread, type Spread } from './measure.ts';
import type { Started } from './messages.ts';
import { start } from './process.ts';
import { workloads, type LibraryName } from './workloads.ts';

/** Milliseconds from nothing, each time in a fresh process. */
export interface ColdStart {
  readonly libraries: readonly {
    readonly library: LibraryName;
    /** Importing the package into Node with nothing else loaded. */
    readonly importing: Spread;
    /**
     * Importing it and starting its backend, in a process that has loaded the benchmark and the
     * runner of TypeScript.
     */
    readonly starting: Spread;
    /**
     * The first step of W1, whatever is compiled for it included, once package and backend have
     * started.
     */
    readonly first: Spread;
  }[];
}

const modules: Readonly<Partial<Record<LibraryName, string>>> = {
  cotangent: '../../dist/node/cotangent.js',
  'jax-js': './node_modules/@jax-js/jax/dist/index.js',
  tfjs: './node_modules/@tensorflow/tfjs/dist/tf.node.js',
};

/** How many processes are started for each number. */
const times = 9;

async function importing(module: string): Promise<number> {
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path('importing.js'), path(module)]);
  return Number(stdout.trim().split('\n').at(-1));
}

async function step(library: LibraryName): Promise<Started> {
  const at = workloads.findIndex(({ group }) => group === 'W1');
  const running = await start(entrant(library, workloads[at]!, 'wasm'), { list: 'workloads', at });
  try {
    return await running.ask('start', {});
  } finally {
    await running.end();
  }
}

/** Cold starts of all libraries, which take turns. */
export async function coldStart(progress: (name: string, share: number) => void): Promise<ColdStart> {
  const names = Object.keys(modules) as LibraryName[];
  const found = names.map((library) => ({ library, alone: [] as number[], steps: [] as Started[] }));
  for (let i = 0; i < times; i++) {
    progress('cold starts', i / times);
    for (const { library, alone, steps } of found) {
      alone.push(await importing(modules[library]!));
      steps.push(await step(library));
    }
  }
  return {
    libraries: found.map(({ library, alone, steps }) => ({
      library,
      importing: spread(alone),
      starting: spread(steps.map(({ importing }) => importing)),
      first: spread(steps.map(({ first }) => first)),
    })),
  };
}
