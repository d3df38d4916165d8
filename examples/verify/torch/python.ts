import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process of Python that writes a line of JSON when it starts, and one for each that it gets. */
export interface Python {
  /** What it wrote first. */
  readonly first: unknown;
  /** Resolves with the answer to a line. Rejects if the process ends before. */
  readonly ask: (asked: object) => Promise<unknown>;
  readonly end: () => void;
}

const commands = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);
let found: string | null | undefined;

/**
 * Returns a command that starts a Python with PyTorch: that of the variable PYTHON, the first of
 * PATH, or Debian's; undefined if none has it. It looks once.
 */
export function pythonWithTorch(): string | undefined {
  found ??= commands.find((name) => spawnSync(name, ['-c', 'import torch'], { timeout: 60_000 }).status === 0) ?? null;
  return found ?? undefined;
}

/** Says how to get a Python with PyTorch. */
export const noTorch = `a Python must have PyTorch, got none of ${commands.join(', ')}; install it (apt-get install python3-torch, or pip install torch)`;

/**
 * Starts a Python with PyTorch and resolves when it has written its first line. Rejects if it ends
 * before, with the last line of what it says, or if there is none; `name` begins the error.
 */
export async function startPython(name: string, args: readonly string[], env = process.env): Promise<Python> {
  const command = pythonWithTorch();
  if (command === undefined) throw new Error(`${name}: ${noTorch}`);
  const child = spawn(command, args, { env });
  let said = '';
  let ended: Error | undefined;
  let waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;
  const finish = (why: string): void => {
    ended = new Error(`${name}: Python ${why}`);
    waiting?.reject(ended);
  };
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4000)));
  child.on('error', ({ message }) => finish(`did not start: ${message}`));
  child.on('close', (code) => finish(`ended with code ${code}: ${said.trim().split('\n').at(-1)}`));
  // What is written to a process that has ended is answered by 'close'.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => waiting?.resolve(line));
  const answer = async (asked?: object): Promise<unknown> => {
    if (ended) throw ended;
    const line = new Promise<string>((resolve, reject) => (waiting = { resolve, reject }));
    if (asked) child.stdin.write(`${JSON.stringify(asked)}\n`);
    return JSON.parse(await line) as unknown;
  };
  return { first: await answer(), ask: answer, end: () => child.kill() };
}
