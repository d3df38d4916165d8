import { broadcastShapes, range } from '../../graph/shape.ts';
import { sizeOf, type Shape } from '../../graph/node.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor, TensorLike } from '../../tensor/tensor.ts';
import type { Random, Step } from './program.ts';

/** The shapes of the steps so far. */
export type Pool = readonly Shape[];

/** Makes the next step from earlier ones, or undefined if none fits. */
export type Choice = (random: Random, pool: Pool) => Step | undefined;

/** Limits on the sizes and ranks in programs. */
export const mostElements = 400;
export const mostAxes = 6;

export const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)]!;

/**
 * Chooses a step whose shape fits, or undefined. In half of the cases it is one of the last, so
 * that programs grow deep as well as wide.
 */
export function any(random: Random, pool: Pool, fits: (shape: Shape) => boolean = () => true): number | undefined {
  const all = [...pool.keys()].filter((i) => fits(pool[i]!));
  if (all.length === 0) return undefined;
  return random(2) === 0 ? pick(random, all.slice(-3)) : pick(random, all);
}

/** The shape to which all broadcast, or undefined if they do not or it is too large. */
export function together(...shapes: Shape[]): Shape | undefined {
  try {
    const shape = broadcastShapes('', ...shapes);
    return sizeOf(shape) <= Math.max(mostElements, ...shapes.map(sizeOf)) ? shape : undefined;
  } catch {
    return undefined;
  }
}

/** A random subset of the axes, in ascending order. */
export const someAxes = (random: Random, shape: Shape): number[] => [...shape.keys()].filter(() => random(2) === 0);

/**
 * n random numbers that float32 holds exactly: multiples of ¼ or 1/64, and sometimes integers,
 * which tie.
 */
export function numbers(random: Random, n: number, low = -2.5, high = 2.5): number[] {
  const parts = pick(random, [1, 4, 64, 64, 64]);
  const count = Math.floor((high - low) * parts) + 1;
  return Array.from({ length: n }, () => Math.ceil(low * parts) / parts + random(count) / parts);
}

/** Draws a shape of rank 0 to 6 with at most `most` elements. */
export function newShape(random: Random, most = 120): number[] {
  const rank = pick(random, [0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6]);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const size = random(20) === 0 ? 0 : pick(random, [1, 1, 1, 2, 2, 3, 3, 4, 5, 7]);
    shape.push(sizeOf(shape) * size <= most ? size : 1);
  }
  return shape;
}

/** A constant for steps: a number, a tensor without axes, or a tensor of the shape. */
export function constantLike(random: Random, shape: Shape, values: readonly number[]): () => TensorLike {
  const value = pick(random, values);
  return pick(random, [
    () => value,
    () => tensor(value),
    () => tensor(new Float64Array(sizeOf(shape)).fill(value), { shape }),
  ]);
}

/** Says whether a shape has axes and elements. */
export const full = (shape: Shape): boolean => shape.length > 0 && sizeOf(shape) > 0;

/**
 * The greatest length of an axis for operations that visit all pairs of positions, such as
 * scatters. Longer axes would take seconds.
 */
export const longest = 256;
export const short = (shape: Shape): boolean => full(shape) && shape.every((d) => d <= longest);

/** A random permutation of 0 to n − 1. */
export const shuffled = (random: Random, n: number): number[] => {
  const order = range(n);
  for (let i = n - 1; i > 0; i--) {
    const j = random(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

/** Makes a step. */
export const step = (name: string, inputs: readonly number[], run: Step['run']): Step => ({ name, inputs, run });

/** A choice that reads the last step only. */
export const onLast =
  (choice: Choice): Choice =>
  (random, pool) => {
    const made = choice(random, pool.slice(-1));
    return made && { ...made, inputs: made.inputs.map(() => pool.length - 1) };
  };

/** A choice with one input that fits; `make` draws everything else. */
export const one =
  (
    name: string,
    make: (random: Random, shape: Shape) => ((x: Tensor) => Tensor) | undefined,
    fits?: (shape: Shape) => boolean,
  ): Choice =>
  (random, pool) => {
    const i = any(random, pool, fits);
    const run = i === undefined ? undefined : make(random, pool[i]!);
    return run && step(name, [i!], run);
  };
