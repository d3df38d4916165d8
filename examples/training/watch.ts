import type { Network, Parts, State } from './step.ts';

/** The errors on some examples of two data sets after some of the steps. */
export interface Watched {
  readonly step: number;
  readonly validation: number;
  readonly test: number;
}

/** Some steps after which a training is watched, evenly, the last one among them. */
const times = 8;

/** True for the steps, from 1 on, after which a training of `steps` steps is watched. */
export const isWatched = (step: number, steps: number): boolean =>
  step === steps || step % Math.max(1, Math.round(steps / times)) === 0;

/**
 * Returns the function that `fit` calls after each step and the list that it fills. `errorsOf`
 * returns the errors of a state.
 */
export function watching<M extends Parts = Network>(
  steps: number,
  errorsOf: (state: State<M>) => Promise<Omit<Watched, 'step'>>,
): { readonly course: readonly Watched[]; readonly after: (step: number, state: State<M>) => Promise<void> } {
  const course: Watched[] = [];
  return {
    course,
    async after(step, state) {
      if (isWatched(step, steps)) course.push({ step, ...(await errorsOf(state)) });
    },
  };
}
