import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openFolder } from './folder.ts';
import { UsageError } from './usage.ts';

/** Results of finished cells, a file each, so that a stopped run goes on where it was. */
export interface Store {
  get(id: string): unknown;
  put(id: string, result: unknown): void;
}

/** The settings that two runs differ in. */
function differences(one: object, other: object): string[] {
  const entries = (o: object): Map<string, string> =>
    new Map(Object.entries(o).map(([k, v]) => [k, JSON.stringify(v)]));
  const [a, b] = [entries(one), entries(other)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((k) => a.get(k) !== b.get(k));
}

/**
 * The store of a run in a folder. One of a run with other settings is refused, unless `fresh` says that it shall go; nothing else in
 * the folder is touched.
 */
export function openStore(path: string, settings: object, fresh: boolean): Store {
  const cells = join(path, 'cells');
  const about = join(path, 'run.json');
  if (fresh) {
    rmSync(cells, { recursive: true, force: true });
    rmSync(about, { force: true });
  }
  if (existsSync(about)) {
    const differing = differences(JSON.parse(readFileSync(about, 'utf8')) as object, settings);
    if (differing.length > 0)
      throw new UsageError(
        `--out: '${path}' holds a run with other settings (${differing.join(', ')}); --fresh starts anew, or name another folder`,
      );
  } else openFolder(path).write({ 'run.json': `${JSON.stringify(settings, undefined, 1)}\n` });
  const folder = openFolder(cells);
  return {
    get(id) {
      const file = join(cells, `${id}.json`);
      return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : undefined;
    },
    put: (id, result) => folder.write({ [`${id}.json`]: JSON.stringify(result) }),
  };
}
