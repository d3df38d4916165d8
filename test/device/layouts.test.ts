import { expect, test } from 'vitest';
import { einsum, matmul, tensor, type Tensor } from '../../src/index.ts';
import { adjacent, elementsOf, threadsOf, tile } from '../../src/device/gpujs/layout.ts';
import { print } from '../../src/device/gpujs/print.ts';
import { webgl2 } from '../../src/device/gpujs/webgl2.ts';
import { sizeOf, type Node } from '../../src/graph/node.ts';

const isBuffer = ({ inputs }: Node): boolean => inputs.length === 0;

const stored = (...shape: number[]): Tensor => tensor(new Float32Array(sizeOf(shape)), { shape });

/** Counts the elements that a thread computes on webgpu. */
const elementsFor = ({ node }: Tensor): number => elementsOf(tile(node, isBuffer).layout);

test('on webgpu a thread computes a tile of four or eight rows of four where they divide the product, and 256 threads are left', () => {
  const product = (m: number, k: number, n: number): number => elementsFor(matmul(stored(m, k), stored(k, n)));
  expect([product(64, 3, 64), product(68, 3, 128), product(64, 3, 128)]).toEqual([16, 16, 32]);
  expect([product(60, 3, 64), product(66, 3, 64), product(64, 3, 66)]).toEqual([4, 4, 4]);
});

test('on webgl2 a product reads a vec4 at once of each side that is stored in its order', () => {
  const reads = ({ node }: Tensor): readonly boolean[] => {
    const { kernel } = threadsOf(node, isBuffer, adjacent(sizeOf(node.shape)));
    return print(kernel.code, webgl2.dialect).vec4;
  };
  const b = stored(12, 16);
  expect(reads(matmul(stored(8, 12), b))).toEqual([true, true]);
  expect(reads(matmul(stored(12, 8).transpose(), b))).toEqual([false, true]);
});

test('a thread computes no tile where it would branch in a loop: shaders of that kind take minutes to compile', () => {
  const padded = (before: number, after: number): number => {
    const rows = stored(62, 64, 16).pad([
      [before, after],
      [0, 0],
      [0, 0],
    ]);
    return elementsFor(einsum('dbe,be->db', rows, stored(64, 16)));
  };
  expect([padded(0, 2), padded(2, 0)]).toEqual([16, 16]);
  expect(padded(1, 1)).toBe(4);
});
