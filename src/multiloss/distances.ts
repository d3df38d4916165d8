import { concat } from '../tensor/ops/movement.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { HostArray } from '../graph/node.ts';
import type { Matrix, Parts } from './gramian.ts';
import { magnitude } from './rescale.ts';

/** How far apart two of m lanes in a circle can be; a single one is next to itself. */
const farthest = (m: number): number => Math.max(1, Math.floor(m / 2));

/**
 * What the host adds up to the squared distances of lanes that consist of several tensors [m, …]:
 * sums of squared differences over the largest of each pair in each tensor, and these scales, both
 * [parts · ⌊m/2⌋ · m]: lane i and the one s after it, in a circle, for s to ⌊m/2⌋. The differences
 * are taken first: in ‖a‖² + ‖b‖² − 2⟨a, b⟩ what lanes that nearly agree differ by is lost to
 * rounding. They are of half the lanes, so that none overflows.
 */
export function differences(parts: Parts): [squares: Tensor, scales: Tensor] {
  const [squares, scales]: Tensor[][] = [[], []];
  for (const g of parts) {
    const [m] = g.shape as [number];
    const n = g.size / m;
    const rows = g.reshape([m, n]).mul(0.5);
    const circle = concat([rows, rows], { axis: 0 });
    for (let s = 1; s <= farthest(m); s++) {
      const difference = rows.sub(circle.slice([s, 0], [s + m, n]));
      const scale = magnitude(difference, [1]);
      squares!.push(difference.div(scale).square().sum({ axis: 1 }));
      scales!.push(scale.reshape([m]));
    }
  }
  return [concat(squares!, { axis: 0 }), concat(scales!, { axis: 0 })];
}

/** The squared distances of all pairs of half the lanes [m, m], from what `differences` gives. */
export function squaredDistances(squares: HostArray, scales: HostArray, m: number): Matrix {
  const D = Array.from({ length: m }, () => Array.from({ length: m }, () => 0));
  squares.forEach((x, k) => {
    const i = k % m;
    const s = 1 + (Math.floor(k / m) % farthest(m));
    const j = (i + s) % m;
    const square = x * scales[k]! ** 2;
    D[i]![j]! += square;
    // Half-way round each pair comes twice.
    if (2 * s !== m) D[j]![i]! += square;
  });
  return D;
}
