import { describe, expect, test } from 'vitest';
import { contract } from '../../src/graph/build.ts';
import type { Node, Shape } from '../../src/graph/node.ts';
import { zeros } from '../../src/index.ts';
import { topological } from '../../src/graph/walk.ts';
import { splitK } from '../../src/schedule/rewrites/splitK.ts';

const context = { isData: () => false, splitK: true, readsAlone: true };
const split = (y: Node<'contract'>): Node | undefined => splitK(y, context);

const leaf = (...shape: Shape): Node => zeros([...shape]).node;

/** A contraction over images and places, as the gradient of filters is one. */
const summed = (rows: number, columns: number, images: number, places: number): Node<'contract'> =>
  contract(leaf(rows, images, places), leaf(columns, images, places), 0, 2) as Node<'contract'>;

const contractionIn = (y: Node): Node<'contract'> =>
  topological([y]).find((n): n is Node<'contract'> => n.op === 'contract')!;

describe('a few long sums of products', () => {
  test('are cut along the first axis that is summed over', () => {
    const y = split(summed(5, 8, 32, 100))!;
    expect(y.shape).toEqual([5, 8]);
    const product = contractionIn(y);
    expect(product.shape).toEqual([32, 5, 8]);
    expect(product.attrs).toEqual({ batch: 1, rows: 1, columns: 1, inner: 1 });
  });

  test('have rows in the place of columns where four divides the rows alone', () => {
    const y = split(summed(16, 9, 32, 100))!;
    expect(y.shape).toEqual([16, 9]);
    expect(contractionIn(y).shape).toEqual([32, 9, 16]);
  });

  test('stay whole where they are short, many, or over one axis', () => {
    expect(split(summed(16, 9, 4, 100))).toBeUndefined();
    expect(split(summed(128, 128, 32, 100))).toBeUndefined();
    expect(split(contract(leaf(4, 4096), leaf(8, 4096), 0, 1) as Node<'contract'>)).toBeUndefined();
  });

  test('over a very long axis are over two axes, and what is left over is added', () => {
    const y = split(contract(leaf(4, 300_000), leaf(8, 300_000), 0, 1) as Node<'contract'>)!;
    expect(y.shape).toEqual([4, 8]);
    const sums = topological([y]).filter((n) => n.op === 'contract');
    expect(sums.map((n) => n.inputs[0]!.shape)).toEqual([
      [73, 4, 4096],
      [4, 300_000 - 73 * 4096],
    ]);
  });
});
