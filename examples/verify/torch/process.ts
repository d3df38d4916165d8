import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { UsageError } from '../../report/usage.ts';
import { interpreter } from './interpreter.ts';

/** PyTorch's results, gradients, and derivatives of both along the tangents. */
export interface Answer {
  readonly value: readonly Float64Array[];
  readonly grad: readonly Float64Array[];
  readonly jvp: readonly Float64Array[];
  readonly hvp: readonly Float64Array[];
}

/** PyTorch in a process of its own. */
interface Torch {
  readonly version: string;
  /**
   * Resolves with the answer to a case, or undefined if it has a derivative that does not exist.
   * Rejects if the process ends before.
   */
  readonly ask: (given: object) => Promise<Answer | undefined>;
  readonly end: () => void;
}

const floats = (text: string): Float64Array => {
  const bytes = Buffer.from(text, 'base64');
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

/**
 * Returns a command that starts a Python with PyTorch: that of the variable PYTHON, the first of
 * PATH, or Debian's. Throws a usage error if none has it.
 */
function pythonWithTorch(): string {
  const tried = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);
  const found = tried.find((name) => spawnSync(name, ['-c', 'import torch']).status === 0);
  if (found !== undefined) return found;
  throw new UsageError(
    `--against: a Python must have PyTorch, got none of ${tried.join(', ')}; install it (apt-get install python3-torch, or pip install torch)`,
  );
}

/** Starts PyTorch. Rejects with a usage error if it is not installed. */
export async function startTorch(): Promise<Torch> {
  const child = spawn(pythonWithTorch(), ['-c', interpreter], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [said, ended] = ['', ''];
  let waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;
  const finish = (why: string): void => {
    ended = why;
    waiting?.reject(new UsageError(why));
  };
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  child.on('error', ({ message }) => finish(`--against: Python did not start: ${message}`));
  child.on('close', (code) => finish(`--against: Python ended with code ${code}: ${said.trim().split('\n').at(-1)}`));
  // A process that has ended is told by 'close'.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => waiting?.resolve(line));
  const answer = async (): Promise<string> => {
    if (ended !== '') throw new UsageError(ended);
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
    });
  };
  return {
    version: await answer(),
    ask: async (given) => {
      const line = answer();
      child.stdin.write(`${JSON.stringify(given)}\n`);
      const told = JSON.parse(await line) as Record<keyof Answer, readonly string[]> | null;
      if (!told) return undefined;
      return Object.fromEntries(
        Object.entries(told).map(([name, arrays]) => [name, arrays.map(floats)]),
      ) as unknown as Answer;
    },
    end: () => child.kill(),
  };
}
