import type { Column } from '../dataset.ts';
import { readBytes } from '../files.ts';
import { parseCsv, type Csv, type CsvOptions } from './csv.ts';
import { parseIdx } from './idx.ts';
import { parseNpy } from './npy.ts';
import { parseNpz, type NpzOptions } from './npz.ts';

/** Like `parseIdx`, of the file at `path`. Throws also if it cannot be read. */
export const readIdx = async (path: string): Promise<Column> => parseIdx(await readBytes('readIdx', path), path);

/** Like `parseNpy`, of the file at `path`. Throws also if it cannot be read. */
export const readNpy = async (path: string): Promise<Column> => parseNpy(await readBytes('readNpy', path), path);

/** Like `parseNpz`, of the file at `path`. Throws also if it cannot be read. */
export const readNpz = async (path: string, options: NpzOptions = {}): Promise<Record<string, Column>> =>
  parseNpz(await readBytes('readNpz', path), path, options);

/** Like `parseCsv`, of the file at `path`. Throws also if it cannot be read. */
export const readCsv = async <Part extends string = string>(
  path: string,
  options: CsvOptions<Part> = {},
): Promise<Csv<Part>> => parseCsv(await readBytes('readCsv', path), path, options);
