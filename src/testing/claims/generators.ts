import fc from 'fast-check';
import type { Context } from '../claim.ts';
import { keepChance } from './closedForms.ts';

/**
 * Generates multiples of ¼ with absolute value from `least` to 12. They shrink to integers, to
 * positive numbers, and towards 0.
 */
const quarter = (least: 0 | 1): fc.Arbitrary<number> =>
  fc
    .record({
      negative: fc.boolean(),
      less: fc.constantFrom(0, 0, 0, 0.25, 0.5, 0.75),
      size: fc.integer({ min: least, max: 12 }),
    })
    .map(({ negative, less, size }) => (size === 0 ? 0 : negative ? less - size : size - less));

/** Gradients that float32 holds exactly and a reader can add. */
export const gradient = quarter(0);
export const nonzero = quarter(1);

/**
 * Generates lists of one to `most` elements. They are drawn from length 0, with `none` for an empty
 * list, because fast-check never drops the last elements of a list with a least length.
 */
export const someOf = <T>(each: fc.Arbitrary<T>, most: number, none: T): fc.Arbitrary<T[]> =>
  fc.array(each, { maxLength: most }).map((list) => (list.length > 0 ? list : [none]));

/** The gradients of one to six losses at a position. */
export const gradients = someOf(gradient, 6, 0);

const few = [1, 0, 0.5, 0.25, 0.75, 1 / 3, 0.9] as const;
const many = Array.from({ length: 65 }, (_, n) => n / 64);

/**
 * Slopes k from 0 to 1. On a device, where each slope is a kernel, they are the usual ones and two
 * more that the seed chooses.
 */
export const slope = (
  { device, seed }: Pick<Context, 'device' | 'seed'>,
  from: (k: number) => boolean = () => true,
): fc.Arbitrary<number> => {
  const others = many.filter(from);
  const more = device === 'reference' ? others : fc.sample(fc.constantFrom(...others), { numRuns: 2, seed });
  // The usual slopes come first, because the others shrink to the first.
  const usual = few.filter(from);
  const times = Math.max(1, Math.round(more.length / usual.length));
  return fc.constantFrom(...Array.from({ length: times }, () => usual).flat(), ...more);
};

/** Draws U on a grid that avoids ½; they shrink towards ½. */
export const draw: fc.Arbitrary<number> = fc
  .record({ below: fc.boolean(), j: fc.nat({ max: 63 }) })
  .map(({ below, j }) => (128 + (below ? -1 : 1) * (2 * j + 1)) / 256);

/** One position with its draw. */
export interface Drawn {
  readonly g: number[];
  readonly U: number;
  readonly k: number;
}

/** Says whether a draw is so far from f(P) that rounding cannot change the decision. */
export const decided = ({ g, U, k }: Drawn): boolean => Math.abs(keepChance(g, k) - U) > 1e-4;

/** A position with a draw that rounding cannot decide. */
export const drawn = (context: Context, slopes: fc.Arbitrary<number> = slope(context)): fc.Arbitrary<Drawn> =>
  fc.record({ g: gradients, U: draw, k: slopes }).filter(decided);
