import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Tensor, tensor, type Rule } from 'cotangent';
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

/** Imports a user's module; `option` names it in errors. */
async function load(option: string, file: string): Promise<Record<string, unknown>> {
  if (!existsSync(file)) throw new UsageError(`${option}: cannot load '${file}': there is no such file`);
  if (/\.[mc]?ts$/.test(file)) await readTypeScript(option, file);
  shareOneCopy();
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
  } catch (error) {
    const [reason] = messageOf(error).split('\n');
    throw new UsageError(`${option}: cannot load '${file}': ${reason}`, { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Throws unless a user's function makes rules: it is tried on two losses at one position. */
function checkSubject(option: string, file: string, subject: unknown): asserts subject is Subject {
  const must = 'must be a function from the options of signDrop to a rule, (options) => (g, h) => Tensor';
  if (typeof subject !== 'function') throw new UsageError(`${option}: subject of '${file}' ${must}`);
  const g = tensor([[1], [-2]]);
  let merged: unknown;
  try {
    const rule = (subject as Subject)({ draw: tensor([0.75]), marginalize: 'none' }) as unknown;
    merged = typeof rule === 'function' ? (rule as Rule)(g, tensor([1])) : rule;
  } catch (error) {
    throw new UsageError(
      `${option}: the rule of '${file}' throws for g = (1, −2): ${messageOf(error)} (subject ${must})`,
      { cause: error },
    );
  }
  if (!(merged instanceof Tensor) || String(merged.shape) !== '1')
    throw new UsageError(
      `${option}: the rule of '${file}' must merge g of shape [2, 1] to a tensor of shape [1], got ${merged instanceof Tensor ? `[${merged.shape.join(', ')}]` : typeof merged} (subject ${must})`,
    );
}

/** Loads a rule to check: a module's export `subject`, or its default export. */
export async function subjectOf(file: string): Promise<Subject> {
  const loaded = await load('--subject', file);
  const subject = loaded.subject ?? loaded.default;
  if (subject === undefined)
    throw new UsageError(
      `--subject: '${file}' must export the rule as subject or by default, got ${exportsOf(loaded)}`,
    );
  checkSubject('--subject', file, subject);
  return subject;
}

const exportsOf = (loaded: object): string => {
  const names = Object.keys(loaded);
  return names.length === 0 ? 'no exports' : `only ${names.join(', ')}`;
};

/** Loads a module that exports `claims`, `subject` or both. */
export async function ownOf(file: string): Promise<Own> {
  const { claims = [], subject } = await load('--own', file);
  if (!Array.isArray(claims) || !claims.every(isClaim))
    throw new UsageError(
      `--own: claims of '${file}' must be a list of claims, each with ${texts.join(', ')} and check`,
    );
  if (claims.length === 0 && subject === undefined)
    throw new UsageError(`--own: '${file}' must export claims, a subject or both`);
  if (subject === undefined) return { claims };
  checkSubject('--own', file, subject);
  return { claims, subject };
}
