import { Stopped } from './experiment.ts';

/**
 * For `catch`: data that cannot be read stop the run, with the line that says which file is wrong
 * and where.
 */
export const unreadable = (error: unknown): never => {
  // The readers' errors are plain ones; a TypeError is a fault of the program and keeps its trace.
  if (error instanceof Error && error.constructor === Error) throw new Stopped(error.message, { cause: error });
  throw error;
};
