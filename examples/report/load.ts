import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './usage.ts';

/** The files of the engine's entries and of the lab's, as this program imports them. */
const entries: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['cotangent', 'cotangent/data', 'cotangent/inspect', 'cotangent/testing'].map((name) => [
      name,
      import.meta.resolve(name),
    ]),
  ),
  'cotangent-lab': new URL(`../compare/index${extname(import.meta.url)}`, import.meta.url).href,
};

/** Says whether this Node reads TypeScript by itself, as it does from 22.18 on. */
const readsTypeScript = Boolean((process.features as { readonly typescript?: string | false }).typescript);

type Resolve = (name: string, context: unknown, next: (name: string) => unknown) => unknown;

const resolveEntry: Resolve = (name, context, next) =>
  entries[name] ? { url: entries[name], shortCircuit: true } : next(name);

/**
 * The same as the text of a module, for a separate thread. There tsx would take .ts for CommonJS.
 */
const resolveText = `const entries = ${JSON.stringify(entries)};
export async function resolve(name, context, next) {
  if (entries[name]) return { url: entries[name], shortCircuit: true };
  const found = await next(name, context);
  return /\\.ts($|\\?)/.test(found.url) ? { ...found, format: 'module' } : found;
}`;

/**
 * Makes a module that imports `cotangent` receive the copy that this program runs. In another copy
 * the device would not be set, and tensors of two copies cannot be combined. Later versions of Node
 * resolve names in this thread; earlier ones do so in a separate thread, which takes its code as
 * text.
 */
function shareOneCopy(): void {
  const { registerHooks } = modules as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  if (registerHooks && readsTypeScript) registerHooks({ resolve: resolveEntry });
  else modules.register(`data:text/javascript,${encodeURIComponent(resolveText)}`);
}

/** Lets this process import TypeScript, by tsx where Node cannot; the user installs it. */
async function readTypeScript(option: string, file: string): Promise<void> {
  if (readsTypeScript) return;
  try {
    (await import('tsx/esm/api')).register();
  } catch (error) {
    throw new UsageError(
      `${option}: cannot load '${file}': Node ${process.versions.node} reads no TypeScript; install tsx (npm install tsx), use Node 22.18 or later, or give a file of JavaScript`,
      { cause: error },
    );
  }
}

/**
 * Prepares to import a user's module and returns the function that imports it. Throws a usage error
 * if there is no such file, or if it is TypeScript and nothing here reads that; `option` names it.
 */
export async function importer(option: string, file: string): Promise<() => Promise<Record<string, unknown>>> {
  if (!existsSync(file)) throw new UsageError(`${option}: cannot load '${file}': there is no such file`);
  if (/\.[mc]?ts$/.test(file)) await readTypeScript(option, file);
  shareOneCopy();
  return () => import(pathToFileURL(resolve(file)).href) as Promise<Record<string, unknown>>;
}

/** Imports a user's module; `option` names it in usage errors. */
export async function load(option: string, file: string): Promise<Record<string, unknown>> {
  const run = await importer(option, file);
  try {
    return await run();
  } catch (error) {
    const [reason] = messageOf(error).split('\n');
    throw new UsageError(`${option}: cannot load '${file}': ${reason}`, { cause: error });
  }
}

/** Returns the message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
