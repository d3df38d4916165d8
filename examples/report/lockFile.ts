import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { Stopped } from './experiment.ts';
import { reasonOf } from './reasonOf.ts';

/** The holder of a lock, as written in the file. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /**
   * The start time of the process in the system's count, if known; a later process may have the
   * same number.
   */
  readonly born: string | null;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/**
 * Returns the start time of a process, the 22nd entry of /proc/…/stat, or null if it is not known.
 * The second entry is a name in brackets that may contain anything.
 */
function bornOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** True if the process that made a lock still runs, as far as this machine can tell. */
function isAlive({ pid, host, born }: Owner): boolean {
  // Processes of another machine cannot be checked here.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = bornOf(pid);
  return born === null || now === null || born === now;
}

const isOwner = (x: unknown): x is Owner =>
  typeof x === 'object' && x !== null && 'pid' in x && Number.isSafeInteger(x.pid) && 'host' in x && 'born' in x;

/** The content of a lock file. It is damaged if it cannot be read or names no process. */
type Found = Owner | 'damaged' | 'none';

function read(path: string): Found {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    return isOwner(owner) ? owner : 'damaged';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'none' : 'damaged';
  }
}

/** True if a file is more than five seconds old, so that its maker has had time to write it. */
const isOld = (path: string): boolean =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 5000;

/**
 * Makes a file that does not exist yet. Returns false if it exists. Throws `Stopped` if it cannot
 * be written.
 */
function make(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', flush: true });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    rmSync(path, { force: true });
    throw new Stopped(`cannot write '${path}': ${reasonOf(error)}; see to that, then run the same command again`, {
      cause: error,
    });
  }
}

/** True if the process that made a lock is gone, or a damaged lock is old. */
const abandoned = (path: string, found: Found): boolean =>
  found === 'damaged' ? isOld(path) : found !== 'none' && !isAlive(found);

/**
 * Removes a lock whose owner no longer exists, and returns true if it did. This needs a second
 * lock: if two processes found the same dead owner, the slower one would remove the new lock of the
 * faster.
 */
function removeAbandoned(path: string): boolean {
  const guard = `${path}.taking`;
  if (isOld(guard)) rmSync(guard, { force: true });
  if (!make(guard, '')) return false;
  try {
    const still = abandoned(path, read(path));
    if (still) rmSync(path, { force: true });
    return still;
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * Takes the lock `path` for this process, until the returned function is called or the process
 * ends. While another process holds it, throws `Stopped` with one line, which says that `what` is
 * in use. The lock of a process that no longer exists is taken over, and `say` receives a line.
 */
export async function lockFile(path: string, what: string, say: (line: string) => void): Promise<() => void> {
  const own: Owner = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    born: bornOf(process.pid),
  };
  const text = `${JSON.stringify(own)}\n`;
  for (let tries = 0; !make(path, text);) {
    const found = read(path);
    const who = typeof found === 'object' ? `process ${found.pid} on ${found.host}` : 'a process without a name';
    const since = typeof found === 'object' ? ` since ${found.since}` : '';
    if (!abandoned(path, found)) {
      // A lock that is neither held nor abandoned is being made or removed at this moment.
      if (tries++ === 10 || typeof found === 'object')
        throw new Stopped(
          `${what} is in use by ${who}${since}; wait for its end, or remove '${path}' if that process is gone`,
        );
    } else if (removeAbandoned(path)) {
      say(`${who} has had ${what} in use${since} and is gone; this one takes over`);
      continue;
    }
    await wait(20);
  }
  const release = (): void => {
    process.removeListener('exit', release);
    const found = read(path);
    if (typeof found === 'object' && found.pid === own.pid && found.born === own.born) rmSync(path, { force: true });
  };
  process.on('exit', release);
  return release;
}
