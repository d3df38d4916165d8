import { record, writeTrace } from 'cotangent/inspect';
import { checkWritable } from '../report/checkWritable.ts';
import { Stopped } from '../report/experiment.ts';
import { importer, messageOf } from '../report/load.ts';
import { writeFiles } from '../report/writeFiles.ts';

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/**
 * Runs a user's program, records it, and writes the trace to the file `out`. If the program fails,
 * the trace up to there is written, and `Stopped` is thrown.
 */
export async function recordProgram(file: string, out: string): Promise<void> {
  checkWritable('out', out);
  const run = await importer('record', file);
  let failed: { readonly error: unknown } | undefined;
  const { trace } = await record(async () => {
    try {
      await run();
    } catch (error) {
      failed = { error };
    }
  });
  writeFiles({ [out]: `${writeTrace(trace)}\n` });
  const { nodes, sweeps, reads, truncated } = trace;
  if (failed) {
    const [reason] = messageOf(failed.error).split('\n');
    throw new Stopped(`record: '${file}' failed: ${reason}; the trace up to there is in '${out}'`, {
      cause: failed.error,
    });
  }
  const counts = [counted(nodes.length, 'node'), counted(sweeps.length, 'sweep'), counted(reads.length, 'read')];
  process.stdout.write(`${counts.join(', ')}; ${out} written\n`);
  if (truncated !== undefined) process.stderr.write(`cotangent: record: ${truncated}\n`);
}
