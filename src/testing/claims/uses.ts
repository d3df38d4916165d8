import fc from 'fast-check';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';

export type Shape = readonly number[];

/** An operation's name, and a generator of its uses. */
export type Uses = readonly [name: string, uses: fc.Arbitrary<Use>];

/** One use of an operation: its function, its text, and the shapes of its inputs. */
export interface Use {
  readonly text: string;
  readonly shapes: readonly Shape[];
  readonly f: (...xs: Tensor[]) => Tensor;
}

export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/**
 * Generates shapes of a rank in a range, with sizes up to 3, sometimes 0, and at most 48 elements.
 */
export const shapeOf = (from: number, to: number, least = 0): fc.Arbitrary<number[]> =>
  fc
    .array(
      fc.integer({ min: 0, max: 12 }).map((n) => (n === 12 ? least : 1 + (n % 3))),
      { minLength: from, maxLength: to },
    )
    .filter((shape) => sizeOf(shape) <= 48);

export const anyShape = shapeOf(0, 8);
export const filled = shapeOf(1, 8, 1);
/** Shapes that have room for another axis. */
export const extendable = shapeOf(1, 7, 1);

export const use = (text: string, shapes: readonly Shape[], f: Use['f']): Use => ({
  text: `${text} of ${JSON.stringify(shapes)}`,
  shapes,
  f,
});

/** A use with one input and some of its axes, all or none, kept or not. */
export const onAxes = (
  name: string,
  f: (x: Tensor, options: { axis: number[]; keepDims: boolean }) => Tensor,
  fits: (n: number) => boolean = () => true,
): Uses => [
  name,
  filled
    .chain((shape) =>
      fc.record({ shape: fc.constant(shape), axis: fc.subarray([...shape.keys()]), keepDims: fc.boolean() }),
    )
    .filter(({ shape, axis }) => fits(sizeOf(axis.map((a) => shape[a]!))))
    .map(({ shape, axis, keepDims }) =>
      use(`${name} over (${axis.join(', ')})`, [shape], (x) => f(x!, { axis, keepDims })),
    ),
];

/** A use with one input and one of its axes. */
export const onAxis = (name: string, f: (x: Tensor, axis: number) => Tensor, shapes = filled): Uses => [
  name,
  shapes.chain((shape) =>
    fc.nat({ max: shape.length - 1 }).map((axis) => use(`${name} along ${axis}`, [shape], (x) => f(x!, axis))),
  ),
];

export const onShape = (name: string, f: (x: Tensor) => Tensor, shapes = anyShape): Uses => [
  name,
  shapes.map((shape) => use(name, [shape], (x) => f(x!))),
];

/** Generates integers from min to max, both included. */
export const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/** Indices below n, with repeats. */
export const indices = (n: number, count: number): Tensor =>
  tensor(Array.from({ length: count }, (_, i) => (i * 2 + 1) % n));

/**
 * Up to 97 distinct elements of a shape, between −1.5 and 1.5. No two are nearer than 1/32, and
 * none is nearer than 1/80 to 0, so that differences do not reach ties and kinks. The offset
 * changes their order.
 */
export function spread(shape: Shape, offset: number): Tensor {
  const at = (i: number): number => (((i * 29 + offset * 13) % 97) - 48 + 0.4) / 32;
  return tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => at(i)),
    { shape },
  );
}
