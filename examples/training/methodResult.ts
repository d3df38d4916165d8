import type { Fitted } from './fit.ts';
import type { Carried } from './protocol.ts';
import type { Searched } from './search.ts';
import type { Trained } from './training.ts';
import type { Watched } from './watch.ts';

/** What the trainings of one method gave. */
export interface MethodResult<S extends { readonly error: number }> {
  readonly method: string;
  readonly search: Searched;
  /** The score on the test set, for each seed. */
  readonly scores: readonly S[];
  /** The scores of the same seeds at the next best trials of the search, [trial][seed]. */
  readonly others: readonly (readonly S[])[];
  /** The training losses, and the errors over training, of each seed. */
  readonly curves: readonly Fitted['curve'][];
  readonly courses: readonly (readonly Watched[])[];
}

/** Collects the result of a method from its trainings. */
export const methodResult = <S extends { readonly error: number }>({
  method,
  search,
  runs,
  others,
}: Carried<Trained<S>>): MethodResult<S> => ({
  method,
  search,
  scores: runs.map((o) => o.score),
  others: others.map((list) => list.map((o) => o.score)),
  curves: runs.map((o) => o.curve),
  courses: runs.map((o) => o.course),
});
