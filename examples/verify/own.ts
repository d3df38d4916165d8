import * as modules from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Claim, Subject } from 'cotangent/testing';
import { UsageError } from '../report/usage.ts';

/** The exports of a user's module: claims, a rule to check against them, or both. */
interface Own {
  readonly claims: readonly Claim[];
  readonly subject?: Subject;
}

const texts = ['name', 'group', 'statement', 'source', 'tolerance', 'expected', 'devices'] as const;

const isClaim = (c: unknown): c is Claim =>
  typeof c === 'object' &&
  c !== null &&
  texts.every((field) => typeof (c as Partial<Claim>)[field] === 'string') &&
  typeof (c as Partial<Claim>).check === 'function';

/** The files from which this program imports the engine's entries. */
const entries = Object.fromEntries(
  ['cotangent', 'cotangent/testing', 'cotangent/data'].map((name) => [name, import.meta.resolve(name)]),
);

type Resolve = (name: string, context: unknown, next: (name: string) => unknown) => unknown;

const resolveEntry: Resolve = (name, context, next) =>
  entries[name] ? { url: entries[name], shortCircuit: true } : next(name);

/**
 * Makes a module that imports `cotangent` receive the copy that this program runs. In another copy
 * the device would not be set, and tensors of two copies cannot be combined. Node 22.15 and later
 * resolve names in this thread; earlier versions do so in a separate thread, which takes its code
 * as text.
 */
function shareOneCopy(): void {
  const { registerHooks } = modules as { registerHooks?: (hooks: { resolve: Resolve }) => void };
  if (registerHooks) registerHooks({ resolve: resolveEntry });
  else {
    const code = `const entries = ${JSON.stringify(entries)};\nexport const resolve = ${resolveEntry.toString()};`;
    modules.register(`data:text/javascript,${encodeURIComponent(code)}`);
  }
}

/** Loads a module that exports `claims`, `subject` or both. */
export async function ownOf(file: string): Promise<Own> {
  let loaded: Record<string, unknown>;
  shareOneCopy();
  try {
    loaded = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new UsageError(`--own: cannot load '${file}': ${reason}`, { cause: error });
  }
  const { claims = [], subject } = loaded;
  if (!Array.isArray(claims) || !claims.every(isClaim))
    throw new UsageError(
      `--own: claims of '${file}' must be a list of claims, each with ${texts.join(', ')} and check`,
    );
  if (subject !== undefined && typeof subject !== 'function')
    throw new UsageError(`--own: subject of '${file}' must be a function from options to a rule`);
  if (claims.length === 0 && subject === undefined)
    throw new UsageError(`--own: '${file}' must export claims, a subject or both`);
  return { claims, ...(subject && { subject: subject as Subject }) };
}
