import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Returns the paths of the files below `folder` that end in `ending`, relative to the root and
 * sorted. Build outputs and installed packages are left out. A folder that does not exist has no
 * files.
 */
export function filesBelow(folder: string, ending: string): string[] {
  if (!statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/(^|[\\/])(dist|node_modules)[\\/]/.test(path))
    .map((path) => join(folder, path).replaceAll('\\', '/'))
    .sort();
}

/** Returns the text of a file, whose path is relative to the root. */
export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Returns the number of lines of a file. */
export const linesOf = (path: string): number => textOf(path).split('\n').length - 1;

/**
 * Returns the number of lines of a file that hold code. Blank lines and comments are not counted,
 * so explanations are free.
 */
export const codeLinesOf = (path: string): number =>
  textOf(path)
    .split('\n')
    .filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
