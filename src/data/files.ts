import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkText } from './checks.ts';

/** Throws an error that names the function which wanted to read or write a file. */
function refuse(caller: string, what: 'read' | 'write', path: string, error: unknown): never {
  throw new Error(`${caller}: cannot ${what} ${path}: ${(error as Error).message}`, { cause: error });
}

/** Reads a file's bytes. An error names the calling function. */
export async function readBytes(caller: string, path: string): Promise<Uint8Array> {
  checkText(caller, 'the path', path);
  return readFile(path).catch((error: unknown) => refuse(caller, 'read', path, error));
}

/** Reads the first of these paths at which a file exists. Throws if none does. */
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
 * Writes a file atomically: to a temporary file in the same folder, flushed to the disk and then
 * renamed. A reader gets the old file or the new one, even after a power cut. A symbolic link
 * stays, and its target is replaced; a file keeps its permissions; a device or a pipe is written to
 * directly.
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
    // The draft is no business of whoever named the path.
    const message = (error as Error).message.replaceAll(temporary, path);
    refuse(caller, 'write', path, new Error(message, { cause: error }));
  }
}

/** Follows symbolic links to the path of the file behind them, which need not exist yet. */
async function behindLinks(path: string, links = 0): Promise<string> {
  const to = await readlink(path).catch(() => undefined);
  return to === undefined || links > 40 ? path : behindLinks(resolve(dirname(path), to), links + 1);
}

/**
 * Flushes a folder's entries to the disk where the system allows it: Windows opens no folders, and
 * some network file systems flush none.
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
