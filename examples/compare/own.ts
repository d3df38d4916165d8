import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { load } from '../report/load.ts';
import { UsageError } from '../report/usage.ts';
import type { Compared } from './compare.ts';

/** True if an argument names a module, not an experiment of this program. */
export const isModule = (name: string | undefined): name is string =>
  name !== undefined && (/\.[cm]?[jt]s$/.test(name) || name.includes('/'));

/**
 * Returns the experiment that a user's module exports as `experiment` or by default. Its settings
 * hold the hash of the file, so that results of a file that has changed since are not taken for its
 * own. Throws a usage error if there is no such file, or if it exports something else.
 */
export async function own(file: string): Promise<Compared> {
  const loaded = await load('run', file);
  const made = loaded.experiment ?? loaded.default;
  if (typeof made !== 'object' || made === null || !('cell' in made) || !('settings' in made))
    throw new UsageError(`run: '${file}' must export a comparison: export const experiment = compare({ … })`);
  const compared = made as Compared;
  const source = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { ...compared, settings: async (common, given) => ({ ...(await compared.settings(common, given)), source }) };
}
