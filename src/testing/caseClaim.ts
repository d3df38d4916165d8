import fc from 'fast-check';
import { breathe } from '../device/breathe.ts';
import { checkFunction } from '../graph/checks.ts';
import { showAny } from '../graph/shape.ts';
import { checkClaim, checkContext, checkHolds } from './checks.ts';
import { again, checkSignal, type Claim, type Context, type Verdict } from './claim.ts';

/** The parts of a claim about many small cases. */
export interface CaseClaim<C> extends Omit<Claim, 'check' | 'cases' | 'contradiction'> {
  /** Generates cases, which fast-check can shrink. */
  readonly cases: (context: Context) => fc.Arbitrary<C>;
  /**
   * Returns, for each case, a message that contradicts the claim, or undefined. Many cases share
   * one kernel; judged one by one, each would need its own.
   */
  readonly judge: (cases: readonly C[], context: Context) => Promise<readonly (string | undefined)[]>;
  /** Prints a case in mathematical notation. */
  readonly show?: (c: C) => string;
  /**
   * Returns lines of a program that computes the case. `setDevice` with its import and the command
   * that checks the claim again are added.
   */
  readonly snippet: (c: C, context: Context) => string;
  /** The number of cases relative to the usual one, where the caller sets none. */
  readonly share?: number;
  /** The number of cases where an audit visits everything; by default the same as otherwise. */
  readonly whole?: number;
}

const text = (c: unknown): string => fc.stringify(c);

/** Prints the fields of a case by name: `g = (1, −2), k = 1`. */
const named = (c: unknown): string =>
  Object.entries(c as object)
    .map(([name, x]: [string, unknown]) => `${name} = ${Array.isArray(x) ? `(${x.join(', ')})` : String(x)}`)
    .join(', ');

/** Says whether a case contains NaN. */
function nanIn(c: unknown): boolean {
  if (typeof c === 'number') return Number.isNaN(c);
  return typeof c === 'object' && c !== null && Object.values(c).some(nanIn);
}

/** The number of cases that are judged together. */
const chunk = 1000;
/** The least number of cases to try if a counterexample is expected. */
const patience = 1000;

/**
 * Makes a claim that states something about each of many cases. All cases are drawn first and
 * judged together, as many in one kernel call as fit. Only if one contradicts the claim does
 * fast-check visit them one by one and shrink the first failure.
 */
export function caseClaim<C>(claim: CaseClaim<C>): Required<Claim> {
  checkHolds('caseClaim', 'a claim', 'name, expected, devices, cases, judge and snippet', claim);
  const { cases, judge: judgeEach, show = named, snippet, share = 1, whole, ...rest } = claim;
  checkClaim('caseClaim', claim);
  for (const f of [cases, judgeEach, show, snippet]) checkFunction('caseClaim', f);
  if (!Number.isFinite(share) || share <= 0)
    throw new Error(`caseClaim: share must be a positive number, got ${showAny(share)}`);
  if (whole !== undefined && (!Number.isInteger(whole) || whole < 1))
    throw new Error(`caseClaim: whole must be a positive integer, got ${showAny(whole)}`);
  const judge: typeof judgeEach = async (all, context) => {
    const found = await judgeEach(all, context);
    if (!Array.isArray(found) || found.length !== all.length)
      throw new Error(
        `caseClaim: judge of ${rest.name} must give a list with an entry for each case, got ${showAny(found)}`,
      );
    return found;
  };
  return {
    ...rest,
    cases,
    contradiction: async (c: C, context) => (await judge([c], context))[0],
    async check(context: Context): Promise<Verdict> {
      checkContext('caseClaim', context);
      const arbitrary = cases(context);
      if (!(arbitrary instanceof fc.Arbitrary))
        throw new Error(
          `caseClaim: cases of ${rest.name} must give an Arbitrary of fast-check, got ${showAny(arbitrary)}`,
        );
      // A search for an expected counterexample ends with the first one, so a small number of runs
      // must not cut it short.
      const runs = rest.expected === 'fails' ? Math.max(context.runs, patience) : context.runs;
      const numRuns = context.all && whole !== undefined ? whole : Math.max(1, Math.round(runs * share));
      const settings = { numRuns, seed: context.seed };
      const drawn = fc.sample(arbitrary, settings);
      const bad = drawn.find(nanIn);
      if (bad !== undefined)
        throw new Error(
          `verify: the generator of ${rest.name} must yield numbers, got NaN in ${text(bad).replace('__proto__:null,', '')}`,
        );
      const known = new Map<string, string | undefined>();
      for (let at = 0; at < drawn.length; at += chunk) {
        await checkSignal(context);
        const part = drawn.slice(at, at + chunk);
        const found = await judge(part, context);
        part.forEach((c, i) => known.set(text(c), found[i]));
        if (found.some((f) => f !== undefined)) break;
      }
      if (![...known.values()].some((f) => f !== undefined)) return { outcome: 'holds', cases: drawn.length };

      // The counterexample stands even if the search for a smaller one is aborted.
      const first = drawn[drawn.findIndex((c) => known.get(text(c)) !== undefined)] as C;
      let smallest = { c: first, found: known.get(text(first))! };
      const agrees = async (c: C): Promise<boolean> => {
        await breathe();
        if (context.signal?.aborted) return true;
        const seen = text(c);
        const why = known.has(seen) ? known.get(seen) : (await judge([c], context))[0];
        if (why !== undefined) smallest = { c, found: why };
        return why === undefined;
      };
      const { numRuns: looked, numShrinks } = await fc.check(fc.asyncProperty(arbitrary, agrees), settings);
      return {
        outcome: 'fails',
        cases: looked,
        counterexample: {
          numbers: show(smallest.c),
          found: smallest.found,
          snippet: `${again(rest.name, context)}\n${snippet(smallest.c, context)}`,
          shrinks: numShrinks,
        },
      };
    },
  };
}
