import { concat } from '../tensor/ops/movement.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { HostArray } from '../graph/node.ts';
import type { Matrix, Parts } from './gramian.ts';
import { magnitude } from './rescale.ts';

/**
 * What the host adds up to the squared distances of lanes that consist of several tensors [m, …]: sums of squared differences over the largest
 * of each pair in each tensor, and these scales, both [parts · m · m]. The differences are taken first: in ‖a‖² + ‖b‖² − 2⟨a, b⟩ what lanes that
 * nearly agree differ by is lost to rounding. They are of half the lanes, so that none overflows.
 */
export function differences(parts: Parts): [squares: Tensor, scales: Tensor] {
  const [squares, scales]: Tensor[][] = [[], []];
  for (const g of parts) {
    const [m] = g.shape as [number];
    const n = g.size / m;
    const rows = g.reshape([m, n]).mul(0.5);
    for (let i = 0; i < m; i++) {
      const difference = rows.sub(rows.slice([i, 0], [i + 1, n]));
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
  squares.forEach((x, k) => (D[Math.floor(k / m) % m]![k % m]! += x * scales[k]! ** 2));
  return D;
}
