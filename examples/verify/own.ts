import { Tensor, tensor, type Rule } from 'cotangent';
import type { Claim, Subject } from 'cotangent/testing';
import { load, messageOf } from '../report/load.ts';
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
