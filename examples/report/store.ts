import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from './experiment.ts';
import { openFolder } from './folder.ts';
import { exactJson, parseExactJson } from './exactJson.ts';
import { reasonOf } from './reasonOf.ts';
import { UsageError } from './usage.ts';
import { removeDrafts } from './writeFiles.ts';

type Known = Pick<Cell<unknown>, 'id' | 'args'>;

/** The results of finished cells, one file each, so that an interrupted run can continue. */
export interface Store {
  /**
   * Returns the stored result of a cell if it is intact and was computed from these settings and
   * arguments, otherwise undefined.
   */
  get(cell: Known): unknown;
  /**
   * Stores a result and returns it as `get` will, so that an interrupted run has the same numbers
   * as one that was never interrupted.
   */
  put(cell: Known, result: unknown): unknown;
}

/** The content of a cell's file. */
interface Kept {
  /** The hash of everything that determines the result. */
  readonly of: string;
  /** The hash of the result's text. */
  readonly sum: string;
  readonly result: unknown;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const isObject = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);

/** Returns the dotted names of the settings in which two runs differ; `above` precedes each. */
function differences(one: object, other: object, above = ''): string[] {
  const [a, b] = [one, other] as Record<string, unknown>[];
  return [...new Set([...Object.keys(a!), ...Object.keys(b!)])].flatMap((name) => {
    const [x, y] = [a![name], b![name]];
    if (isObject(x) && isObject(y)) return differences(x, y, `${above}${name}.`);
    return JSON.stringify(x) === JSON.stringify(y) ? [] : [`${above}${name}`];
  });
}

/**
 * Returns the text of a file, or undefined if there is no file. Throws a usage error if it cannot
 * be read.
 */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`--out: cannot read '${path}': ${reasonOf(error)}`, { cause: error });
  }
}

/** Returns the object of a JSON text, or undefined if the text is none. */
function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseExactJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes an earlier run; nothing else in the folder is touched. Throws a usage error if it cannot.
 */
function forget(path: string): void {
  try {
    for (const name of ['cells', 'run.json']) rmSync(join(path, name), { recursive: true, force: true });
  } catch (error) {
    throw new UsageError(`--fresh: cannot empty '${path}': ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Returns the store of a run in a folder. Throws a usage error if the folder holds a run with other
 * settings, unless `fresh` is true: then that run is removed. A damaged result, or one of another
 * run, counts as missing, and `say` receives a line. No other process may use the folder meanwhile.
 */
export function openStore(path: string, settings: object, fresh: boolean, say: (line: string) => void): Store {
  const about = join(path, 'run.json');
  const cells = join(path, 'cells');
  if (fresh) forget(path);
  const main = openFolder(path, ['run.json']);
  const folder = openFolder(cells);
  [path, cells].forEach(removeDrafts);
  const text = textOf(about);
  const earlier = text === undefined ? undefined : objectOf(text);
  const own = JSON.parse(JSON.stringify(settings)) as object;
  const differing = earlier ? differences(earlier, own) : [];
  if (differing.length > 0)
    throw new UsageError(
      `--out: '${path}' holds a run with other settings (${differing.join(', ')}); --fresh starts anew, or name another folder`,
    );
  if (!earlier) {
    if (text !== undefined || readdirSync(cells).length > 0)
      say(`'${about}' is ${text === undefined ? 'missing' : 'damaged'}; it is written again`);
    main.write({ 'run.json': `${JSON.stringify(own, undefined, 1)}\n` });
  }
  const fileOf = ({ id }: Known): string => join(cells, `${id}.json`);
  const hashOf = ({ id, args }: Known): string => hash(exactJson({ settings: own, id, args }));
  return {
    get(cell) {
      const kept = textOf(fileOf(cell));
      if (kept === undefined) return undefined;
      const { of, sum, result } = (objectOf(kept) ?? {}) as Partial<Kept>;
      const whole = result !== undefined && sum === hash(exactJson(result));
      if (whole && of === hashOf(cell)) return result;
      say(`'${fileOf(cell)}' is ${whole ? 'of a run with other settings' : 'damaged'}; it is computed again`);
      return undefined;
    },
    put(cell, result) {
      const kept = exactJson(result);
      folder.write({ [`${cell.id}.json`]: `{"of":"${hashOf(cell)}","sum":"${hash(kept)}","result":${kept}}\n` });
      return parseExactJson(kept);
    },
  };
}
