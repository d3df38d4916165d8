import { concat } from '../tensor/ops/movement.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { HostArray } from '../graph/node.ts';
import type { Matrix, Parts } from './gramian.ts';
import { magnitude } from './rescale.ts';

/**
 * Returns the largest distance ⌊m/2⌋ between two of m lanes on a circle, but 1 for a single lane.
 */
const farthest = (m: number): number => Math.max(1, Math.floor(m / 2));

/**
 * Computes on the device what the squared distances between m lanes follow from; the host adds it
 * up in `squaredDistances`. Each tensor in `parts` has shape [m, …], and a lane consists of its
 * slices. Lanes are paired on a circle: lane i with the lane s places after it, for s = 1 … ⌊m/2⌋.
 * For each tensor, s and i, `scales` holds the largest difference |a − b| between the two lanes,
 * and `squares` the sum of all ((a − b)/scale)²; both have shape [parts · ⌊m/2⌋ · m]. Differences
 * are computed first, because ‖a‖² + ‖b‖² − 2⟨a, b⟩ would cancel for lanes that nearly agree. All
 * lanes are halved, so that no difference overflows.
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

/**
 * Returns the squared distances [m, m] between all pairs of halved lanes, from the results of
 * `differences`.
 */
export function squaredDistances(squares: HostArray, scales: HostArray, m: number): Matrix {
  const D = Array.from({ length: m }, () => Array.from({ length: m }, () => 0));
  squares.forEach((x, k) => {
    const i = k % m;
    const s = 1 + (Math.floor(k / m) % farthest(m));
    const j = (i + s) % m;
    const square = x * scales[k]! ** 2;
    D[i]![j]! += square;
    // For s = m/2 each pair occurs twice.
    if (2 * s !== m) D[j]![i]! += square;
  });
  return D;
}
