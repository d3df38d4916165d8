import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Claim, Subject } from '../../src/testing/index.ts';
import { UsageError } from '../report/usage.ts';

/** What a user's module brings: claims, a rule to be put to them, or both. */
interface Own {
  readonly claims: readonly Claim[];
  readonly subject?: Subject;
}

const isClaim = (c: unknown): c is Claim =>
  typeof c === 'object' && c !== null && 'name' in c && 'check' in c && typeof c.check === 'function';

/** Loads a module that exports `claims`, `subject` or both. */
export async function ownOf(file: string): Promise<Own> {
  let loaded: Record<string, unknown>;
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
