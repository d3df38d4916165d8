import { Stopped } from './experiment.ts';
import { UsageError } from './usage.ts';

/**
 * For the outermost `catch` of a program: prints an error that is meant for the user as one line
 * and returns the exit code, 2 for a usage error and 1 if a run stopped. Any other error is a bug
 * and is thrown again.
 */
export function failure(program: string, error: unknown): number {
  const usage = error instanceof UsageError;
  if (!usage && !(error instanceof Stopped)) throw error;
  const text = error.message.replaceAll('\n', '\\n');
  process.stderr.write(`${program}: ${text}${usage ? '; --help lists the options' : ''}\n`);
  return usage ? 2 : 1;
}
