import { Stopped } from './experiment.ts';

/**
 * For `catch`: throws `Stopped` if data cannot be read, with the line that names the file and the
 * offset. Any other error is thrown again.
 */
export const unreadable = (error: unknown): never => {
  // The readers throw plain errors. A TypeError is a bug and keeps its trace.
  if (error instanceof Error && error.constructor === Error) throw new Stopped(error.message, { cause: error });
  throw error;
};
