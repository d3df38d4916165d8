import type { Tree } from 'cotangent';
import { Stopped } from '../report/experiment.ts';
import { fit, type Fit, type Fitted } from './fit.ts';
import { keepGood } from './keepGood.ts';

/**
 * Trains. If the losses become NaN or infinite, it keeps the last good state in the folder and
 * stops the run. In a search, where a rate may be too high, it returns a line that describes the
 * failure instead.
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
