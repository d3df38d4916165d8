import { expect } from 'vitest';
import { flatten, isTensor, type Tree } from '../../src/tensor/tree.ts';

/** A tree of tensors as a tree of nested arrays. */
export async function read(tree: Tree): Promise<Tree> {
  const flat = flatten(tree, isTensor);
  return flat.rebuild(await Promise.all(flat.leaves.map((t) => t.array())));
}

/**
 * Asserts that two trees of tensors, or of numbers, have one structure and agree to a relative
 * tolerance.
 */
export async function expectSame(got: Tree, want: Tree, tolerance = 1e-9): Promise<void> {
  const numbers = (x: Tree): x is number => typeof x === 'number';
  const [g, w] = [flatten(await read(got), numbers), flatten(await read(want), numbers)];
  expect(g.structure).toBe(w.structure);
  g.leaves.forEach((x, i) => {
    const y = w.leaves[i]!;
    if (!(Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(y))) && !(Number.isNaN(x) && Number.isNaN(y)))
      expect.fail(`number ${i} must be ${y}, got ${x}`);
  });
}

/** Shapes of a tree of tensors. */
export const shapes = (tree: Tree): Tree => {
  const flat = flatten(tree, isTensor);
  return flat.rebuild(flat.leaves.map((t) => [...t.shape]));
};
