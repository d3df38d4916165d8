import * as modules from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Claim, Subject } from 'cotangent/testing';
import { UsageError } from '../report/usage.ts';

/** What a user's module brings: claims, a rule to be put to them, or both. */
interface Own {
  readonly claims: readonly Claim[];
  readonly subject?: Subject;
}

const isClaim = (c: unknown): c is Claim =>
  typeof c === 'object' && c !== null && 'name' in c && 'check' in c && typeof c.check === 'function';

/** Where this program has the entries of the engine from. */
const entries = Object.fromEntries(
  ['cotangent', 'cotangent/testing', 'cotangent/data'].map((name) => [name, import.meta.resolve(name)]),
);

type Resolve = (name: string, context: unknown, next: (name: string) => unknown) => unknown;

const resolveEntry: Resolve = (name, context, next) =>
  entries[name] ? { url: entries[name], shortCircuit: true } : next(name);

/**
 * A module that imports `cotangent` gets the copy that this program runs: of another one the device
 * would not be set, and tensors of two copies do not go together. Node 22.15 and later resolve
 * names here; earlier ones do so in a thread of their own, which takes its code as text.
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
    throw new UsageError(`--own: claims of '${file}' must be a list of claims`);
  if (subject !== undefined && typeof subject !== 'function')
    throw new UsageError(`--own: subject of '${file}' must be a function from options to a rule`);
  if (claims.length === 0 && subject === undefined)
    throw new UsageError(`--own: '${file}' must export claims, a subject or both`);
  return { claims, ...(subject && { subject: subject as Subject }) };
}
