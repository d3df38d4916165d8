import type { ChildProcess } from 'node:child_process';

/** What a program leaves when it ends: its exit code, null after a signal, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Waits for the end of a program that was started with pipes, and collects what it prints. */
export function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout!.on('data', (text) => (out += String(text)));
  child.stderr!.on('data', (text) => (err += String(text)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
