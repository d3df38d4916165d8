import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Paths of the files below `folder` that end in `ending`, relative to the root, sorted, without
 * what is built or installed there.
 */
export function filesBelow(folder: string, ending: string): string[] {
  if (!statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/(^|[\\/])(dist|node_modules)[\\/]/.test(path))
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .sort();
}

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

export const linesOf = (path: string): number => textOf(path).split('\n').length - 1;

/**
 * Lines that hold code: blank ones and comments are free, so that no budget speaks against an
 * explanation.
 */
export const codeLinesOf = (path: string): number =>
  textOf(path)
    .split('\n')
    .filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
