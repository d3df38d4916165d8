import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import { checkTexts } from '../checks.ts';
import type { Column } from '../dataset.ts';
import { Bytes } from './bytes.ts';
import { arrayOf, holdsNumbers, readHeader } from './npy.ts';
import { unzip } from './unzip.ts';

export interface NpzOptions {
  /** The names of the arrays to read; by default all numeric ones. */
  readonly arrays?: readonly string[];
}

/**
 * Parses a NumPy archive, compressed (`savez_compressed`) or not (`savez`). Returns its numeric
 * arrays, or only those that `arrays` names, each under its name. Arrays of text or objects are
 * left out with a warning. Throws if `arrays` names one of them, or one that the archive lacks.
 * `name` is the file's name, for errors.
 */
export async function parseNpz(
  data: Uint8Array,
  name: string,
  options: NpzOptions = {},
): Promise<Record<string, Column>> {
  const { arrays } = checkOptions('parseNpz', options, ['arrays']);
  if (arrays !== undefined) checkTexts('parseNpz', 'arrays', arrays);
  const found: [string, Column][] = [];
  const others: string[] = [];
  const names: string[] = [];
  for (const { name: inner, offset, source } of unzip(new Bytes('npz', name, data))) {
    if (!inner.endsWith('.npy'))
      throw new Error(`npz: ${name} at byte ${offset}: expected files named .npy, got '${inner}'`);
    const array = inner.slice(0, -4);
    names.push(array);
    if (arrays && !arrays.includes(array)) continue;
    const content = source('npy', `${inner} in ${name}`);
    const header = readHeader(content);
    if (arrays !== undefined || holdsNumbers(header)) found.push([array, arrayOf(content, header)]);
    else {
      content.drain();
      others.push(`${array} of type ${header.descr.slice(0, 40)}`);
    }
  }
  const absent = arrays?.find((array) => !names.includes(array));
  if (absent !== undefined) throw new Error(`npz: ${name} has the arrays ${names.join(', ')}, got ${showAny(absent)}`);
  if (others.length > 0)
    console.warn(
      `npz: ${name}: left out ${others.slice(0, 8).join(', ')}${others.length > 8 ? ', …' : ''}: no numbers`,
    );
  return Object.fromEntries(found);
}
