import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those that it lies in, where they are missing; gives the first that was made.
 * Node's own `recursive` does not end where the system denies that the parent is there, as Linux
 * does below /proc.
 */
export function makeFolder(path: string): string | undefined {
  const folder = resolve(path);
  if (existsSync(folder)) return undefined;
  const above = makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was quicker.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return above;
    throw error;
  }
  return above ?? folder;
}
