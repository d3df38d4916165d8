import { join } from 'node:path';
import { save } from 'cotangent/data';
import { Stopped } from '../report/experiment.ts';
import { openFolder } from '../report/folder.ts';
import { NotFinite } from './fit.ts';

/**
 * For `catch`: if the losses of a training became NaN or infinite, saves the last good state as a
 * checkpoint in `folder` and throws `Stopped` with a line that names it. Any other error is thrown
 * again. `what` names the training.
 */
export async function keepGood(error: unknown, what: string, folder: string): Promise<never> {
  if (!(error instanceof NotFinite)) throw error;
  const { step, good, message } = error;
  if (!good) throw new Stopped(`${what}: ${message}; no step before had finite losses`);
  const path = join(folder, `${what.replace(/[^a-zA-Z0-9.]+/g, '-')}-step-${step - 1}.safetensors`);
  const { params, buffers, moments, balance } = good;
  try {
    openFolder(folder);
    await save(path, { params, buffers, moments, balance });
  } catch (failed) {
    throw new Stopped(`${what}: ${message}; its weights could not be kept: ${(failed as Error).message}`, {
      cause: failed,
    });
  }
  throw new Stopped(`${what}: ${message}; the weights before the last good step are in ${path}`);
}
