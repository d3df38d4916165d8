import type { Tree } from 'cotangent';
import { Stopped } from '../report/experiment.ts';
import { fit, type Fit, type Fitted } from './fit.ts';
import { keepGood } from './keepGood.ts';

/**
 * Trains. A training that loses its numbers leaves its last good state in the folder and stops the
 * run, but in a search, where a rate may be too high: there it gives the line that says so.
 */
export async function attempt<B extends Tree>(
  given: Fit<B>,
  { what, folder, search }: { readonly what: string; readonly folder: string; readonly search: boolean },
): Promise<Fitted | string> {
  try {
    return await fit(given).catch((error: unknown) => keepGood(error, what, folder));
  } catch (error) {
    if (search && error instanceof Stopped) return error.message;
    throw error;
  }
}
