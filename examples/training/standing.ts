import { level } from './comparisons.ts';
import { pairs, reservations, seedsNeeded, type Protocol } from './protocol.ts';
import type { Searched } from './search.ts';

/** What a run may conclude. */
export interface Standing {
  /** The reasons why no test is made at all, in clauses. */
  readonly reasons: readonly string[];
  /** The methods on which nothing is said because their best rate lies at an end of the grid. */
  readonly unsettled: readonly string[];
  /** The methods that are compared; none if there are reasons. */
  readonly compared: readonly string[];
}

/** Returns what a run of these methods by this protocol may conclude. */
export function standingOf(
  protocol: Protocol,
  methods: readonly { readonly method: string; readonly search: Pick<Searched, 'atEnd'> }[],
): Standing {
  const reasons = reservations(protocol, methods.length);
  const settled = methods.filter((m) => !m.search.atEnd);
  return {
    reasons,
    unsettled: methods.filter((m) => m.search.atEnd).map((m) => m.method),
    compared: reasons.length > 0 ? [] : settled.map((m) => m.method),
  };
}

/**
 * Returns sentences on what a run does not conclude, and why; none if it concludes on all methods.
 */
export function reserved({ reasons, unsettled }: Standing): string[] {
  if (reasons.length > 0)
    return [
      `No conclusion is drawn and no test is made, because ${reasons.join(', and ')}. The numbers show how a comparison works, and no more.`,
    ];
  if (unsettled.length === 0) return [];
  return [`Nothing is concluded on ${unsettled.join(', ')}: the best rate is the first or the last of the grid.`];
}

/** Returns sentences on the number of seeds, and on what the tests cannot show. */
export function seedWords({ seeds, detect }: Protocol, methods: number, { reasons }: Standing): string[] {
  if (reasons.length > 0) return [];
  return [
    `${seeds} seeds. To find a difference of ${detect} standard deviation${detect === 1 ? '' : 's'} with a probability of 80 %, ${seedsNeeded(methods, detect)} are needed ` +
      `in the strictest of ${pairs(methods)} paired tests at ${100 * level} % after Holm. Runs of one seed are a pair. A difference counts if it is found from the worse method at its best trial and at its two next best ones, so that it depends less on a lucky choice of a rate; these further tests make it harder to find. That two methods cannot be told apart does not show that they are equal.`,
  ];
}
