import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkText } from './checks.ts';

/** Throws the error that `caller` cannot read or write `path`, with the system's message. */
function refuse(caller: string, what: 'read' | 'write', path: string, error: unknown): never {
  throw new Error(`${caller}: cannot ${what} ${path}: ${(error as Error).message}`, { cause: error });
}

/** Returns the bytes of the file at `path`. Throws, with `caller`, if it cannot be read. */
export async function readBytes(caller: string, path: string): Promise<Uint8Array> {
  checkText(caller, 'the path', path);
  return readFile(path).catch((error: unknown) => refuse(caller, 'read', path, error));
}

/**
 * Returns the first of `paths` at which a file exists, and the file's bytes. Throws, with `caller`,
 * if there is no such file, or if that file cannot be read.
 */
export async function readFirst(
  caller: string,
  paths: readonly string[],
): Promise<{ readonly path: string; readonly data: Uint8Array }> {
  for (const path of paths) {
    const data = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') refuse(caller, 'read', path, error);
    });
    if (data) return { path, data };
  }
  throw new Error(`${caller}: one of these files is needed, got none: ${paths.join(', ')}`);
}

/**
 * Writes `data` to a temporary file in the folder of `path`, flushes it to the disk and renames it
 * to `path`. A reader thus gets the old file or the new one, even after a power cut. A symbolic
 * link stays, and its target is replaced; a file keeps its permissions; a device or a pipe is
 * written to directly. Throws, with `caller`, if `path` is a folder or cannot be written; the old
 * file then stays.
 */
export async function writeAtomically(caller: string, path: string, data: Uint8Array): Promise<void> {
  const target = await behindLinks(path);
  // The temporary name is short, because the path's own name may have the greatest allowed length.
  const temporary = join(dirname(target), `.${randomUUID()}.tmp`);
  try {
    const old = await stat(target).catch(() => undefined);
    if (old?.isDirectory()) throw new Error('it is a folder; name a file in it');
    if (old && !old.isFile()) return await writeFile(target, data);
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      if (old) await file.chmod(old.mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await flushFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true });
    // The error names the path that the caller gave, not the temporary file.
    const message = (error as Error).message.replaceAll(temporary, path);
    refuse(caller, 'write', path, new Error(message, { cause: error }));
  }
}

/**
 * Returns the path of the file to which a symbolic link leads, which need not exist yet. A path
 * that is no link is returned as it is.
 */
async function behindLinks(path: string, links = 0): Promise<string> {
  const to = await readlink(path).catch(() => undefined);
  return to === undefined || links > 40 ? path : behindLinks(resolve(dirname(path), to), links + 1);
}

/**
 * Flushes a folder's entries to the disk. Does nothing where the system cannot: Windows opens no
 * folders, and some network file systems flush none.
 */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(unlessUnable);
  try {
    await folder?.sync().catch(unlessUnable);
  } finally {
    await folder?.close();
  }
}

function unlessUnable(error: NodeJS.ErrnoException): undefined {
  if (!['EACCES', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM'].includes(error.code ?? '')) throw error;
}
