import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { DeviceName } from 'cotangent';
import { claims as library, type Claim, type Subject } from 'cotangent/testing';
import { ownOf, subjectOf } from './own.ts';
import { deviceNames } from '../report/deviceNames.ts';
import { known, once, UsageError, whole } from '../report/usage.ts';

export interface Options {
  readonly claims: readonly Claim[];
  /** A rule to check instead of the library's own. */
  readonly subject?: Subject;
  /** The file of that rule, if `--subject` named it. */
  readonly file?: string;
  /** Whether claims that usually check a slice of their cases check all. */
  readonly all: boolean;
  /** Another library to compare with, in place of the claims. */
  readonly against?: 'torch';
  /** The devices; empty for every device that works here. */
  readonly devices: readonly DeviceName[];
  readonly runs: number;
  readonly seed: number;
  /** The files for the results. */
  readonly json: string;
  readonly html: string;
}

export const help = `Checks what is claimed of gradient sign dropout and of every derivative, on the kernels that run here.

usage: npx cotangent verify [options]

  --claim NAME     one claim, or all whose names begin so; may be given again (default: all)
  --device NAME    webgpu, webgl2, webgl, headlessgl, webasm, cpu or reference; may be given again (default: all that answer)
  --runs N         random cases for each claim (default: 1000)
  --seed N         what all cases and draws follow from (default: 1)
  --json FILE      the results as JSON (default: verify-report/results.json)
  --html FILE      the report, with a plot for each proposition (default: verify-report/report.html)
  --subject FILE   a module of yours that exports a rule, (options) => (g, h) => Tensor, as subject or by default: it takes
                   the place of signDrop in the claims about it, and what catches it is printed with the smallest case
                   and the seed (then on reference, unless --device says otherwise)
  --against torch  compares random programs (1000, or --runs) with PyTorch, if Python has it, in float64: their values, gradients,
                   derivatives along a direction, and those of the gradients; no claim is checked
  --own FILE       a module of yours: its \`claims\` are checked after these, its \`subject\` takes the place of signDrop
  --all            audits (accuracy, boundaries) and counts of draws check all their cases instead of a slice; it takes long
  --list           the names of the claims
  --help           this text

Exit code 1: a claim that should hold is refuted, or one that should fail is not. 2: the arguments cannot be followed.
3: a claim could not be checked. 130: interrupted, and nothing wrong until then; what was found is printed and written all the same.
`;

const options = {
  claim: { type: 'string', multiple: true, default: [] as string[] },
  device: { type: 'string', multiple: true, default: [] as string[] },
  runs: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string', default: 'verify-report/results.json' },
  html: { type: 'string', default: 'verify-report/report.html' },
  subject: { type: 'string' },
  against: { type: 'string' },
  own: { type: 'string' },
  all: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Says whether a claim is about rules that merge gradients, or the user's own. */
const isAboutRules = (claim: Claim, own: readonly Claim[]): boolean =>
  claim.group.startsWith('Proposition') || claim.group === 'Structure of the merge' || own.includes(claim);

/** The claim with that name, or the claims whose names begin with it. */
function pick(name: string, all: readonly Claim[]): readonly Claim[] {
  const exact = all.filter((c) => c.name === name);
  const picked = exact.length > 0 ? exact : all.filter((c) => name !== '' && c.name.startsWith(name));
  if (picked.length === 0) throw new UsageError(`--claim must name a claim, got '${name}'; --list names them`);
  return picked;
}

/**
 * Turns `--seed -1` into `--seed=-1`, so that it is read as a number out of range and not as an
 * option.
 */
function withNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args)
    if (/^-\d/.test(arg) && joined.at(-1)?.startsWith('--')) joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  return joined;
}

/** Parses the command line. Returns 'help', or the claims to list, if it asks for these. */
export async function parseOptions(args: readonly string[]): Promise<Options | 'help' | { list: readonly Claim[] }> {
  let values, tokens;
  try {
    ({ values, tokens } = parseArgs({ args: withNegatives(args), options, tokens: true }));
  } catch (error) {
    // Node appends advice to its message; the first sentence is enough. It calls a value ambiguous
    // if the value begins like an option.
    const [sentence] = (error as Error).message.split(/\. |\n/);
    const said = sentence!.replace(/\.$/, '').replace('is ambiguous', `must not begin with '-'`);
    throw new UsageError(said, { cause: error });
  }
  if (values.help) return 'help';
  const several: readonly string[] = ['claim', 'device'];
  once(tokens.flatMap((token) => (token.kind === 'option' && !several.includes(token.name) ? token.name : [])));
  for (const name of ['own', 'subject'] as const)
    if (values[name] === '') throw new UsageError(`--${name} must name a file, got an empty name`);
  const own: Awaited<ReturnType<typeof ownOf>> = values.own === undefined ? { claims: [] } : await ownOf(values.own);
  if (own.subject && values.subject !== undefined)
    throw new UsageError(`--subject: one rule can be checked at a time, got one from --own too`);
  const without = ['claim', 'device', 'subject', 'own', 'all', 'list', 'json', 'html'];
  const beside = tokens.find((token) => token.kind === 'option' && without.includes(token.name));
  if (values.against !== undefined && beside?.kind === 'option')
    throw new UsageError(`--against checks no claim, so it goes with --runs and --seed only, got --${beside.name}`);
  const file = values.subject;
  const subject = file === undefined ? own.subject : await subjectOf(file);
  const all = [...library, ...own.claims];
  const twice = all.find((c, i) => all.some((other, j) => j < i && other.name === c.name));
  if (twice) throw new UsageError(`--own: claims must have names of their own, got '${twice.name}' twice`);
  if (values.list) return { list: all };
  const chosen = new Set(values.claim.flatMap((name) => pick(name, all)));
  for (const name of ['json', 'html'] as const)
    if (values[name] === '') throw new UsageError(`--${name} must name a file, got an empty name`);
  if (resolve(values.json) === resolve(values.html))
    throw new UsageError(`--json and --html must name two files, got '${values.json}' for both`);
  const devices = values.device
    .flatMap((names) => names.split(','))
    .map((name) => known('--device', name, deviceNames));
  return {
    claims: chosen.size > 0 ? [...chosen] : file === undefined ? all : all.filter((c) => isAboutRules(c, own.claims)),
    ...(subject && { subject }),
    ...(file !== undefined && { file }),
    ...(values.against !== undefined && { against: known('--against', values.against, ['torch']) }),
    all: values.all,
    devices: file !== undefined && devices.length === 0 ? ['reference'] : devices,
    runs: whole('runs', values.runs, 1, 1_000_000),
    seed: whole('seed', values.seed, 0, 2 ** 31 - 1),
    json: values.json,
    html: values.html,
  };
}
