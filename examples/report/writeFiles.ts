import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Stopped } from './experiment.ts';
import { reasonOf } from './reasonOf.ts';

/** The ending of files that are not complete yet. */
const ending = '.cotangent-tmp';

/**
 * Returns the path of the file to which a symbolic link leads, which need not exist yet. A path
 * that is no link is returned as it is.
 */
export function behindLinks(path: string, links = 0): string {
  if (links > 40 || !lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  return behindLinks(resolve(dirname(path), readlinkSync(path)), links + 1);
}

/** True for devices and pipes, which cannot be replaced by renaming and are written to directly. */
export const isSpecial = (path: string): boolean => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
};

/** Opens a file, calls `f` with it, and closes it. */
function withFile(path: string, flags: string, f: (file: number) => void): void {
  const file = openSync(path, flags);
  try {
    f(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Flushes a folder's entries to the disk. Does nothing where the system cannot: Windows opens no
 * folders, and some network file systems flush none.
 */
function flushFolder(path: string): void {
  try {
    withFile(path, 'r', fsyncSync);
  } catch (error) {
    if (!['EACCES', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
}

/**
 * Writes texts to paths: to temporary files in the same folders, flushed to the disk, all renamed
 * once all are complete. A reader of a file gets the old one or the new one, even after a power
 * cut. Devices and pipes are written to directly. Throws `Stopped` with one line if a file cannot
 * be written, as when the disk is full.
 */
export function writeFiles(files: Readonly<Record<string, string>>): void {
  const drafts: { readonly path: string; readonly from: string; readonly to: string }[] = [];
  let at = '';
  try {
    for (const [path, text] of Object.entries(files)) {
      at = path;
      const to = behindLinks(path);
      if (isSpecial(to)) {
        writeFileSync(to, text);
        continue;
      }
      const from = join(dirname(to), `.${randomUUID()}${ending}`);
      drafts.push({ path, from, to });
      withFile(from, 'wx', (file) => {
        writeFileSync(file, text);
        const old = statSync(to, { throwIfNoEntry: false });
        if (old) fchmodSync(file, old.mode);
        fsyncSync(file);
      });
    }
    for (const { path, from, to } of drafts) {
      at = path;
      renameSync(from, to);
    }
    new Set(drafts.map(({ to }) => dirname(to))).forEach(flushFolder);
  } catch (error) {
    for (const { from } of drafts) rmSync(from, { force: true });
    const full = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
    const next = full ? 'free some space there' : 'see to that';
    throw new Stopped(`cannot write '${at}': ${reasonOf(error)}; ${next}, then run the same command again`, {
      cause: error,
    });
  }
}

/** Throws if no file can be made in a folder. */
export function tryToWrite(folder: string): void {
  const probe = join(folder, `.${randomUUID()}${ending}`);
  writeFileSync(probe, '');
  rmSync(probe);
}

/** Removes the temporary files of a program that was killed while it wrote to a folder. */
export function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder))
    if (name.startsWith('.') && name.endsWith(ending)) rmSync(join(folder, name), { force: true });
}
