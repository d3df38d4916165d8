import { expect, test } from 'vitest';
import { einsum, tensor, type Tensor } from '../../src/index.ts';
import { kernelSource } from '../../src/device/gpujs/source.ts';
import { webgpu } from '../../src/device/gpujs/webgpu.ts';
import { topological } from '../../src/graph/walk.ts';

/**
 * How many numbers a thread computes on webgpu of the product of a vector and 64 × 64 rows of 16,
 * made from 62 × 64.
 */
function lanesOf(rows: (x: Tensor) => Tensor): number {
  const data = (...shape: number[]): Tensor => tensor(new Float32Array(shape.reduce((a, b) => a * b)), { shape });
  const { node } = einsum('dbe,be->db', rows(data(62, 64, 16)), data(64, 16));
  return kernelSource(node, topological([node]), ({ inputs }) => inputs.length === 0, webgpu).lanes;
}

test('a thread computes no tile where it would branch in a loop: shaders of that kind take minutes to compile', () => {
  const at = (before: number, after: number) => (x: Tensor) =>
    x.pad([
      [before, after],
      [0, 0],
      [0, 0],
    ]);
  expect([lanesOf(at(0, 2)), lanesOf(at(2, 0))]).toEqual([16, 16]);
  expect(lanesOf(at(1, 1))).toBe(4);
});
