import type { Tree } from 'cotangent';
import { Stopped } from '../report/experiment.ts';
import { fit, type Fit, type Fitted } from './fit.ts';
import { keepGood } from './keepGood.ts';
import type { Network, Parts } from './step.ts';

/**
 * Trains and returns the result. If the losses become NaN or infinite, keeps the last good state in
 * `folder` and throws `Stopped`. In a search, where a rate may be too high, returns the line that
 * describes the failure instead. `what` names the training in that line.
 */
export async function attempt<B extends Tree, M extends Parts = Network>(
  given: Fit<B, M>,
  { what, folder, search }: { readonly what: string; readonly folder: string; readonly search: boolean },
): Promise<Fitted<M> | string> {
  try {
    return await fit(given).catch((error: unknown) => keepGood(error, what, folder));
  } catch (error) {
    if (search && error instanceof Stopped) return error.message;
    throw error;
  }
}
