import type fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { updates, type Position } from './positions.ts';
import { updatesSnippet } from './snippets.ts';

interface Options<C> extends Pick<Claim, 'name' | 'statement'> {
  readonly source?: string;
  readonly expected?: Claim['expected'];
  readonly tolerance?: string;
  readonly devices?: Claim['devices'];
  readonly show?: (c: C) => string;
  readonly cases: (context: Context) => fc.Arbitrary<C>;
  /** The positions of a case whose updates the claim is about. */
  readonly positions: (c: C) => readonly Position[];
  readonly lanes?: number;
  /**
   * Returns a message that contradicts the claim, given the updates X of these positions, or
   * undefined.
   */
  readonly contradiction: (c: C, X: readonly number[]) => string | undefined;
}

export const exact = 'none: quarters below 2^24 are summed without rounding';

/** Makes a claim about the updates of a few positions, for every draw. */
export const everyDraw = <C>({
  positions,
  lanes,
  contradiction,
  source,
  expected = 'holds',
  tolerance = exact,
  devices = 'all',
  ...rest
}: Options<C>): Claim =>
  caseClaim<C>({
    ...rest,
    group: 'Structure of the merge',
    source: source ?? 'follows from Algorithm 1, lines 10–15; docs/propositions.md',
    expected,
    tolerance,
    devices,
    async judge(cases, context) {
      const each = cases.map(positions);
      const values = await updates(context, each.flat(), lanes);
      let at = 0;
      return cases.map((c, i) => contradiction(c, values.slice(at, (at += each[i]!.length))));
    },
    snippet: (c) => updatesSnippet(...positions(c)),
  });
