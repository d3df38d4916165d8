import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './makeFolder.ts';
import { reasonOf } from './reasonOf.ts';
import { UsageError } from './usage.ts';
import { behindLinks, isSpecial, tryToWrite } from './writeFiles.ts';

/** Throws if a file cannot be written, before minutes of work. */
export function checkWritable(option: string, path: string): void {
  try {
    makeFolder(dirname(path));
    const file = behindLinks(path);
    if (!isSpecial(file)) tryToWrite(dirname(file));
  } catch (error) {
    throw new UsageError(`--${option}: cannot write '${path}': ${reasonOf(error)}`, { cause: error });
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--${option} must name a file, got the folder '${path}'`);
}
