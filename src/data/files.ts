import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file's bytes; an error names the function that wanted them. */
export async function readBytes(caller: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`${caller}: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The first of some paths at which there is a file. */
export async function readFirst(
  caller: string,
  paths: readonly string[],
): Promise<{ readonly path: string; readonly data: Uint8Array }> {
  for (const path of paths) {
    const data = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    });
    if (data) return { path, data };
  }
  throw new Error(`${caller}: one of these files is needed, got none: ${paths.join(', ')}`);
}

/**
 * Writes a file whole or not at all: under another name in the same folder, to the disk, then renamed. Whoever reads the path gets the
 * old file or the new one, even after a power cut.
 */
export async function writeAtomically(caller: string, path: string, data: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    // The new name is on the disk when the folder is; Windows opens no folders and needs none of this.
    if (process.platform !== 'win32') {
      const folder = await open(dirname(path), 'r');
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Error(`${caller}: cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
