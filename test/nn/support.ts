import { sizeOf, type Shape } from '../../src/graph/node.ts';
import { tensor, type Tensor } from '../../src/index.ts';

/** Numbers that a line of Python writes as well: sin(1 + shift + 1.7 i). */
export const waves = (shape: Shape, shift = 0): Tensor =>
  tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + shift + 1.7 * i)),
    { shape },
  );

/**
 * How far the mean of n independent numbers from [0, width] can be from its expectation, but for
 * one case in 10⁹: Hoeffding's inequality, 2 exp(−2 n t²/width²) = 10⁻⁹.
 */
export const hoeffding = (n: number, width = 1): number => width * Math.sqrt(Math.log(2e9) / (2 * n));
