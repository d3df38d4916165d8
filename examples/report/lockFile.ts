import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { Stopped } from './experiment.ts';
import { reasonOf } from './reasonOf.ts';

/** Who holds a lock: what the file says. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /**
   * When the process began, in the system's own count, where it tells: another process may have the
   * same number later.
   */
  readonly born: string | null;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** The 22nd entry of /proc/…/stat; the second is a name in brackets that may hold anything. */
function bornOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive({ pid, host, born }: Owner): boolean {
  // Of another machine's processes nothing is known here.
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

type Found = Owner | 'damaged' | 'none';

function read(path: string): Found {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    return isOwner(owner) ? owner : 'damaged';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'none' : 'damaged';
  }
}

/** Whether a file has been there for so long that whoever made it has had time to write it. */
const isOld = (path: string): boolean =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 5000;

/** Makes a file that is not there yet; false if it is. */
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

const abandoned = (path: string, found: Found): boolean =>
  found === 'damaged' ? isOld(path) : found !== 'none' && !isAlive(found);

/**
 * Removes a lock whose owner is gone. Only who holds a second lock meanwhile may do that: of two
 * that found the same dead owner, the slower one would remove the lock of the faster.
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
 * Takes the lock `path` for this process until the function that it gives is called, or the process
 * ends. While another process holds it that is an error in one line, which says that `what` is in
 * use; the lock of a process that is gone is taken over, and `say` gets a line.
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
      // What is neither held nor left for good is just being made or removed.
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
