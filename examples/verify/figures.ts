import { join } from 'node:path';
import { setDevice } from 'cotangent';
import { writeFiles } from '../report/writeFiles.ts';
import { proposition1, proposition2, proposition3 } from './plots.ts';

/**
 * The figures of docs/propositions.md by file name, computed in float64. Afterwards the current
 * device is `reference`.
 */
export async function figures(): Promise<Record<string, string>> {
  await setDevice('reference');
  const [mean, variance] = await proposition3();
  return {
    'proposition-1.svg': `${await proposition1()}\n`,
    'proposition-2.svg': `${await proposition2()}\n`,
    'proposition-3-mean.svg': `${mean}\n`,
    'proposition-3-variance.svg': `${variance}\n`,
  };
}

/** Writes the figures into a folder. */
export async function writeFigures(folder: string): Promise<void> {
  const named = Object.entries(await figures()).map(([name, text]) => [join(folder, name), text]);
  writeFiles(Object.fromEntries(named) as Record<string, string>);
}
