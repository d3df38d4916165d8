import { Stopped } from './experiment.ts';

/**
 * For `catch`: stops the run if data cannot be read, with the line that names the file and the
 * offset.
 */
export const unreadable = (error: unknown): never => {
  // The readers throw plain errors. A TypeError is a bug and keeps its trace.
  if (error instanceof Error && error.constructor === Error) throw new Stopped(error.message, { cause: error });
  throw error;
};
