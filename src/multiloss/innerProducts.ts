import { concat } from '../tensor/ops/movement.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { magnitude } from './rescale.ts';

/**
 * The length of the blocks whose products the device sums. Its rounding error grows with this
 * length.
 */
const block = 256;

/** The inner products of all pairs of rows [m, n] over each block of columns: [blocks, m, m]. */
function ofBlocks(rows: Tensor): Tensor[] {
  const [m, n] = rows.shape as [number, number];
  const whole = n - (n % block);
  const products: Tensor[] = [];
  if (whole > 0) {
    const columns = rows
      .slice([0, 0], [m, whole])
      .reshape([m, whole / block, block])
      .permute([1, 0, 2]);
    products.push(columns.matmul(columns.permute([0, 2, 1])));
  }
  if (n > whole) {
    const rest = rows.slice([0, whole], [m, n]);
    products.push(rest.matmul(rest.transpose()).unsqueeze(0));
  }
  return products;
}

/**
 * The device's part of the Gramian of lanes that consist of several tensors [m, n]; the host adds
 * the blocks up. In each tensor, each lane is divided by its largest entry. `products` [blocks, m,
 * m] are inner products of the scaled lanes, `scales` [blocks, m] their divisors. A tensor's lanes
 * can be freed once its products are computed.
 */
export function innerProducts(parts: readonly Tensor[]): [products: Tensor, scales: Tensor] {
  const [products, scales]: Tensor[][] = [[], []];
  for (const rows of parts) {
    const [m] = rows.shape as [number];
    const scale = magnitude(rows, [1]);
    for (const p of ofBlocks(rows.div(scale))) {
      products!.push(p);
      scales!.push(scale.reshape([1, m]).broadcastTo([p.shape[0]!, m]));
    }
  }
  return [concat(products!, { axis: 0 }), concat(scales!, { axis: 0 })];
}
