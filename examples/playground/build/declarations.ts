import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));

/** What a program has beside the language and cotangent. */
const environment = `
interface Console {
  log(...values: unknown[]): void; info(...values: unknown[]): void; warn(...values: unknown[]): void;
  error(...values: unknown[]): void; debug(...values: unknown[]): void; dir(value: unknown): void;
  table(value: unknown): void; assert(holds: unknown, ...values: unknown[]): void; count(label?: string): void;
  time(label?: string): void; timeLog(label?: string): void; timeEnd(label?: string): void;
  group(...values: unknown[]): void; groupEnd(): void; trace(...values: unknown[]): void; clear(): void;
}
declare var console: Console;
declare var performance: { now(): number };
declare function setTimeout(f: (...values: any[]) => void, milliseconds?: number): number;
declare function clearTimeout(timer?: number): void;
declare function setInterval(f: (...values: any[]) => void, milliseconds?: number): number;
declare function clearInterval(timer?: number): void;
declare function queueMicrotask(f: () => void): void;
declare function structuredClone<T>(value: T): T;
`;

/** Returns the library `name` of TypeScript with those that it refers to, by their file names. */
function libraries(name: string, found: Map<string, string> = new Map()): Map<string, string> {
  // `typescript6` is a door to the package that has the files.
  const door = createRequire(createRequire(import.meta.url).resolve('@typescript/typescript6'));
  const file = join(dirname(door.resolve('@typescript/old')), name);
  if (found.has(`/${name}`)) return found;
  const text = readFileSync(file, 'utf8');
  found.set(`/${name}`, text);
  for (const match of text.matchAll(/^\/\/\/ <reference lib="([\w.]+)" \/>/gm))
    libraries(`lib.${match[1]!}.d.ts`, found);
  return found;
}

/** Returns the declarations of a folder of the build. */
const declarationsOf = (folder: string): [path: string, text: string][] =>
  readdirSync(join(dist, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.d.ts'))
    .map((path) => [
      `/cotangent/${folder}/${path.replaceAll('\\', '/')}`,
      readFileSync(join(dist, folder, path), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'),
    ]);

/** Returns what the editor's types are made of. */
function content(): object {
  const libs = ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'];
  const files = {
    '/environment.d.ts': environment,
    ...Object.fromEntries(libs.flatMap((lib) => [...libraries(lib)])),
    ...Object.fromEntries(['src', 'kernels'].flatMap(declarationsOf)),
  };
  const entries = {
    cotangent: '/cotangent/src/index.d.ts',
    'cotangent/inspect': '/cotangent/src/inspect/index.d.ts',
    'cotangent/testing': '/cotangent/src/testing/index.d.ts',
    'cotangent/data': '/cotangent/src/data/browser.d.ts',
  };
  return { files, entries, libs };
}

/**
 * The module `virtual:declarations`: what the editor's types are made of. There are no declarations
 * of pages, since programs have no page.
 */
export const declarations: Plugin = {
  name: 'declarations',
  setup: (build) => {
    build.onResolve({ filter: /^virtual:declarations$/ }, ({ path }) => ({ path, namespace: 'declarations' }));
    build.onLoad({ filter: /./, namespace: 'declarations' }, () => ({
      contents: JSON.stringify(content()),
      loader: 'json',
    }));
  },
};
