import { Stopped } from './experiment.ts';
import { UsageError } from './usage.ts';

/**
 * For `catch` in a program: one line for what is meant to be read, and its exit code; any other
 * error is a fault of ours.
 */
export function failure(program: string, error: unknown): number {
  const usage = error instanceof UsageError;
  if (!usage && !(error instanceof Stopped)) throw error;
  const text = error.message.replaceAll('\n', '\\n');
  process.stderr.write(`${program}: ${text}${usage ? '; --help lists the options' : ''}\n`);
  return usage ? 2 : 1;
}
