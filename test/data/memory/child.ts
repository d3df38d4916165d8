import { readFileSync, writeFileSync } from 'node:fs';
import { hostile } from '../hostile/corpus.ts';
import { cases } from './cases.ts';

// Reads one file as the case with a name does, and prints by how many bytes the process grew at most, and whether it was read.
const [name, path] = process.argv.slice(2) as [string, string];
const { read } = [...cases, ...hostile].find((c) => c.name === name)!;

/** The most memory since the last reset: of this process alone where Linux tells it. */
function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

const data = new Uint8Array(readFileSync(path));
await read(data.subarray(0, 100)).catch(() => undefined);
globalThis.gc!();
try {
  writeFileSync('/proc/self/clear_refs', '5');
} catch {
  // Without a reset the peak is that of the start, or more.
}
const before = process.memoryUsage.rss();
const outcome = await read(data).then(
  (result) => (result ? 'read' : ''),
  (error: Error) => error.message,
);
process.stdout.write(JSON.stringify({ grown: peak() - before, outcome }));
