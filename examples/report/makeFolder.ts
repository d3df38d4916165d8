import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and its missing parents. Returns the topmost folder that was made, or undefined if
 * `path` exists. Node's own `recursive` option never returns where the system denies that the
 * parent exists, as Linux does below /proc.
 */
export function makeFolder(path: string): string | undefined {
  const folder = resolve(path);
  if (existsSync(folder)) return undefined;
  const above = makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process made it first.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return above;
    throw error;
  }
  return above ?? folder;
}
