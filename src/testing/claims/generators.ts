import fc from 'fast-check';
import type { Context } from '../claim.ts';
import { keepChance } from './closedForms.ts';

/**
 * Quarters of either sign with a size from `least` to 12 that shrink to whole ones, to positive
 * ones, and down.
 */
const quarter = (least: 0 | 1): fc.Arbitrary<number> =>
  fc
    .record({
      negative: fc.boolean(),
      less: fc.constantFrom(0, 0, 0, 0.25, 0.5, 0.75),
      size: fc.integer({ min: least, max: 12 }),
    })
    .map(({ negative, less, size }) => (size === 0 ? 0 : negative ? less - size : size - less));

/** Gradients that float32 holds exactly and a person can add. */
export const gradient = quarter(0);
export const nonzero = quarter(1);

/**
 * One to `most` of something. Drawn from none on, for of a list with a least length the last could
 * never be left out.
 */
export const someOf = <T>(each: fc.Arbitrary<T>, most: number, none: T): fc.Arbitrary<T[]> =>
  fc.array(each, { maxLength: most }).map((list) => (list.length > 0 ? list : [none]));

/** The gradients of one to six losses at a position. */
export const gradients = someOf(gradient, 6, 0);

const few = [1, 0, 0.5, 0.25, 0.75, 1 / 3, 0.9] as const;
const many = Array.from({ length: 65 }, (_, n) => n / 64);

/**
 * Slopes k from 0 to 1; where each means a kernel of its own the usual ones and two more, which the
 * seed chooses.
 */
export const slope = (
  { device, seed }: Pick<Context, 'device' | 'seed'>,
  from: (k: number) => boolean = () => true,
): fc.Arbitrary<number> => {
  const others = many.filter(from);
  const more = device === 'reference' ? others : fc.sample(fc.constantFrom(...others), { numRuns: 2, seed });
  // The first is what the others shrink to.
  const usual = few.filter(from);
  const times = Math.max(1, Math.round(more.length / usual.length));
  return fc.constantFrom(...Array.from({ length: times }, () => usual).flat(), ...more);
};

/** Draws on a grid on either side of ½; shrinks towards it. */
export const draw: fc.Arbitrary<number> = fc
  .record({ below: fc.boolean(), j: fc.nat({ max: 63 }) })
  .map(({ below, j }) => (128 + (below ? -1 : 1) * (2 * j + 1)) / 256);

/** One position with its draw. */
export interface Drawn {
  readonly g: number[];
  readonly U: number;
  readonly k: number;
}

/** Whether a draw is so far from f(P) that rounding cannot turn the decision. */
export const decided = ({ g, U, k }: Drawn): boolean => Math.abs(keepChance(g, k) - U) > 1e-4;

/** A position and a draw that is no tie. */
export const drawn = (context: Context, slopes: fc.Arbitrary<number> = slope(context)): fc.Arbitrary<Drawn> =>
  fc.record({ g: gradients, U: draw, k: slopes }).filter(decided);
