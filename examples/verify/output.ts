import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../report/makeFolder.ts';
import { UsageError } from '../report/usage.ts';

/** Makes sure that a file can be written, before minutes of work. */
export function checkWritable(option: string, path: string): void {
  const probe = `${path}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(path));
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    // Node's text is "EACCES: permission denied, open '…'".
    const reason = (error as Error).message.replace(/^[A-Z]+: ([^,]*),.*$/, '$1');
    throw new UsageError(`--${option}: cannot write '${path}': ${reason}`, { cause: error });
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--${option} must name a file, got the folder '${path}'`);
}

/** Writes a file under another name and renames it when it is complete, so that it is never seen half-written. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
