import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns a hash of files and folders: of the contents of each file, and of the names and sizes of
 * all files in each folder, which may be many. A path at which there is nothing counts as missing.
 */
export async function fingerprint(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const [i, path] of paths.entries()) {
    const found = statSync(path, { throwIfNoEntry: false });
    hash.update(`${i} ${found?.isDirectory() ? 'folder' : found ? 'file' : 'none'}\n`);
    if (found?.isDirectory())
      for (const name of readdirSync(path).sort()) hash.update(`${name} ${statSync(join(path, name)).size}\n`);
    else if (found) for await (const part of createReadStream(path)) hash.update(part as Buffer);
  }
  return hash.digest('hex');
}
