import fc from 'fast-check';
import type { Context } from '../claim.ts';
import { keepChance } from './closedForms.ts';

/** Whole numbers from −n to n; shrinks to 0, and to a positive number before a negative one. */
const whole = (n: number): fc.Arbitrary<number> =>
  fc
    .record({ negative: fc.boolean(), size: fc.nat({ max: n }) })
    .map(({ negative, size }) => (negative ? 0 - size : size));

/** Gradients that float32 holds exactly and a person can add: quarters from −12 to 12, whole ones first. */
export const gradient: fc.Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  whole(12),
  whole(48).map((v) => v / 4),
);

export const nonzero: fc.Arbitrary<number> = gradient.filter((x) => x !== 0);

/** The gradients of one to six losses at a position. */
export const gradients: fc.Arbitrary<number[]> = fc.array(gradient, { minLength: 1, maxLength: 6 });

const few = [1, 0, 0.5, 0.25, 0.75, 1 / 3, 0.9] as const;

/** Slopes k from 0 to 1; a few where each means a kernel of its own. */
export const slope = (
  { device }: Pick<Context, 'device'>,
  from: (k: number) => boolean = () => true,
): fc.Arbitrary<number> =>
  device === 'reference'
    ? fc.oneof(
        { withCrossShrink: true },
        fc.constantFrom(...few.filter(from)),
        fc
          .integer({ min: 0, max: 64 })
          .map((n) => n / 64)
          .filter(from),
      )
    : fc.constantFrom(...few.filter(from));

/** Draws on a grid, ½ first. */
export const draw: fc.Arbitrary<number> = fc.nat({ max: 127 }).map((j) => (j % 2 === 0 ? 128 + j + 1 : 128 - j) / 256);

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
