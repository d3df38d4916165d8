import { binary, ternary, unary } from './choices/elementwise.ts';
import { fanOuts } from './choices/fanOuts.ts';
import { indexing } from './choices/indexing.ts';
import { linear } from './choices/linear.ts';
import { joining, movements } from './choices/movements.ts';
import { reductions } from './choices/reductions.ts';
import { rest } from './choices/rest.ts';
import type { Choice } from './pool.ts';

/** The operations from which a program's next step is chosen. The groups are equally likely. */
export const choices: readonly (readonly Choice[])[] = [
  unary,
  unary,
  binary,
  binary,
  [...binary, ...ternary],
  reductions,
  reductions,
  movements,
  movements,
  joining,
  indexing,
  linear,
  rest,
  fanOuts,
];
