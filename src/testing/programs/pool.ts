import { broadcastShapes, range } from '../../graph/shape.ts';
import { sizeOf, type Shape } from '../../graph/node.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Random, Step } from './program.ts';

/** The shapes of the steps so far. */
export type Pool = readonly Shape[];

/** Something to do next with what is there, if there is anything that it fits. */
export type Choice = (random: Random, pool: Pool) => Step | undefined;

/** Sizes and ranks that programs keep to. */
export const mostElements = 400;
export const mostAxes = 6;

export const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)]!;

/**
 * A step of the pool that fits: one of the last in half of all cases, so that programs grow deep as
 * well as wide.
 */
export function any(random: Random, pool: Pool, fits: (shape: Shape) => boolean = () => true): number | undefined {
  const all = [...pool.keys()].filter((i) => fits(pool[i]!));
  if (all.length === 0) return undefined;
  return random(2) === 0 ? pick(random, all.slice(-3)) : pick(random, all);
}

/** The shape that both broadcast to, if they do and it is not too large. */
export function together(...shapes: Shape[]): Shape | undefined {
  try {
    const shape = broadcastShapes('', ...shapes);
    return sizeOf(shape) <= Math.max(mostElements, ...shapes.map(sizeOf)) ? shape : undefined;
  } catch {
    return undefined;
  }
}

/** Some of the axes, in ascending order. */
export const someAxes = (random: Random, shape: Shape): number[] => [...shape.keys()].filter(() => random(2) === 0);

/**
 * n numbers that float32 holds exactly: quarters or sixty-fourths, and sometimes whole ones, which
 * tie.
 */
export function numbers(random: Random, n: number, low = -2.5, high = 2.5): number[] {
  const parts = pick(random, [1, 4, 64, 64, 64]);
  const count = Math.floor((high - low) * parts) + 1;
  return Array.from({ length: n }, () => Math.ceil(low * parts) / parts + random(count) / parts);
}

/** A shape of rank 0 to 6 with at most `most` elements. */
export function newShape(random: Random, most = 120): number[] {
  const rank = pick(random, [0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6]);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const size = random(40) === 0 ? 0 : pick(random, [1, 2, 2, 3, 3, 4, 5, 7]);
    shape.push(sizeOf(shape) * size <= most ? size : 1);
  }
  return shape;
}

/** Whether a shape has axes and elements. */
export const full = (shape: Shape): boolean => shape.length > 0 && sizeOf(shape) > 0;

/**
 * What looks through all pairs of places, as a scatter does, goes along axes up to this long, or it
 * takes seconds.
 */
export const longest = 256;
export const short = (shape: Shape): boolean => full(shape) && shape.every((d) => d <= longest);

/** 0 to n − 1 in another order. */
export const shuffled = (random: Random, n: number): number[] => {
  const order = range(n);
  for (let i = n - 1; i > 0; i--) {
    const j = random(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

/** A step of a name, on inputs, that does something. */
export const step = (name: string, inputs: readonly number[], run: Step['run']): Step => ({ name, inputs, run });

/** A choice of one input that fits; `make` draws what else there is to draw. */
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
