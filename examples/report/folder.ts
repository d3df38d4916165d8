import { rmdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { makeFolder } from './makeFolder.ts';
import { reasonOf } from './reasonOf.ts';
import { UsageError } from './usage.ts';
import { tryToWrite, writeFiles } from './writeFiles.ts';

/** A folder for results. */
export interface Folder {
  /** Writes texts to files in the folder, given by name. Each file is replaced atomically. */
  write(files: Readonly<Record<string, string>>): void;
  /** Removes the folders that `openFolder` made, if they are empty. */
  discard(): void;
}

/**
 * Returns a folder for results, which is made if it is missing. Throws a usage error if files
 * cannot be written there, or if a folder has the name of one of `files`, which are to be written.
 * A bad name is thus known before any work.
 */
export function openFolder(path: string, files: readonly string[] = []): Folder {
  let made: string | undefined;
  try {
    made = makeFolder(path);
    if (!statSync(path).isDirectory()) throw new Error('it is no folder');
    tryToWrite(path);
    const taken = files.find((name) => statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory());
    if (taken !== undefined) throw new Error(`${taken} in it is a folder`);
  } catch (error) {
    throw new UsageError(`--out: cannot write to '${path}': ${reasonOf(error)}`, { cause: error });
  }
  return {
    write: (texts) =>
      writeFiles(Object.fromEntries(Object.entries(texts).map(([name, text]) => [join(path, name), text]))),
    discard() {
      if (made === undefined) return;
      try {
        for (let at = resolve(path); !relative(made, at).startsWith('..'); at = dirname(at)) rmdirSync(at);
      } catch {
        // The folder is not empty, so it stays.
      }
    },
  };
}
