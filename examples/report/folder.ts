import { renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { makeFolder } from './makeFolder.ts';
import { UsageError } from './usage.ts';

/** A folder for results. */
export interface Folder {
  /** Writes files under other names and renames them when all are complete, so that none is ever seen half-written. */
  write(files: Readonly<Record<string, string>>): void;
  /** Takes away the folders that were made for it, as long as they are empty. */
  discard(): void;
}

/** Opens a folder, and makes it where it is missing, so that a bad name is known before a minute of work. */
export function openFolder(path: string): Folder {
  let made: string | undefined;
  try {
    made = makeFolder(path);
    if (!statSync(path).isDirectory()) throw new Error('it is no folder');
    const probe = join(path, `.${process.pid}.tmp`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    // Node's text is "EACCES: permission denied, mkdir '…'".
    const reason = (error as Error).message.replace(/^[A-Z]+: ([^,]*),.*$/, '$1');
    throw new UsageError(`--out: cannot write to '${path}': ${reason}`, { cause: error });
  }
  return {
    write(files) {
      const moves = Object.keys(files).map((name) => ({
        name,
        from: join(path, `.${name}.${process.pid}.tmp`),
        to: join(path, name),
      }));
      try {
        for (const { name, from } of moves) writeFileSync(from, files[name]!);
        for (const { from, to } of moves) renameSync(from, to);
      } finally {
        for (const { from } of moves) rmSync(from, { force: true });
      }
    },
    discard() {
      if (made === undefined) return;
      try {
        for (let at = resolve(path); !relative(made, at).startsWith('..'); at = dirname(at)) rmdirSync(at);
      } catch {
        // Something lies in it: it stays.
      }
    },
  };
}
