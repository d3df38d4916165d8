import { join } from 'node:path';
import { save } from 'cotangent/data';
import { Stopped } from '../report/experiment.ts';
import { openFolder } from '../report/folder.ts';
import { NotFinite } from './fit.ts';

/** Keeps the last good state of a training that lost its numbers as a checkpoint, and stops the run with what is known. */
export async function keepGood(error: unknown, what: string, folder: string): Promise<never> {
  if (!(error instanceof NotFinite)) throw error;
  const { step, good, message } = error;
  if (!good) throw new Stopped(`${what}: ${message}; no step before had finite losses`);
  openFolder(folder);
  const path = join(folder, `${what.replace(/[^a-zA-Z0-9.]+/g, '-')}-step-${step - 1}.safetensors`);
  await save(path, { params: good.params, buffers: good.buffers, moments: good.moments, balance: good.balance });
  throw new Stopped(`${what}: ${message}; the weights before the last good step are in ${path}`);
}
