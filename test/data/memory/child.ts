import { readFileSync, writeFileSync } from 'node:fs';
import { hostile } from '../hostile/corpus.ts';
import { cases } from './cases.ts';

// Reads files, each as the case with a name does, and prints by how many bytes the process grew at
// most, and whether each was read.
const asked = process.argv.slice(2);

/** The most memory since the last reset: of this process alone where Linux tells it. */
function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

async function measured(name: string, path: string): Promise<{ grown: number; outcome: string }> {
  const { read } = [...cases, ...hostile].find((c) => c.name === name)!;
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
  return { grown: peak() - before, outcome };
}

const found = [];
for (let i = 0; i < asked.length; i += 2) found.push(await measured(asked[i]!, asked[i + 1]!));
process.stdout.write(JSON.stringify(found));
