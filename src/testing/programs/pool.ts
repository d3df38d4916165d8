import { broadcastShapes } from '../../graph/shape.ts';
import { sizeOf, type Shape } from '../../graph/node.ts';
import type { Random, Step } from './program.ts';

/** The shapes of the steps so far. */
export type Pool = readonly Shape[];

/** Something to do next with what is there, if there is anything that it fits. */
export type Choice = (random: Random, pool: Pool) => Step | undefined;

/** Sizes and ranks that programs keep to. */
export const mostElements = 400;
export const mostAxes = 6;

export const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)]!;

/** A step of the pool that fits: one of the last in half of all cases, so that programs grow deep as well as wide. */
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

/** n numbers that float32 holds exactly: quarters or sixty-fourths, and sometimes whole ones, which tie. */
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
