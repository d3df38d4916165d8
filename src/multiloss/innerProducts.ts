import { concat } from '../tensor/ops/movement.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { magnitude } from './rescale.ts';

/**
 * The number of columns in a block, whose products the device adds up. Its rounding error grows
 * with this number.
 */
const block = 256;

/**
 * Returns the inner products of all pairs of rows [m, n] over each block of columns, as tensors
 * [blocks, m, m].
 */
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
 * Computes on the device what the Gramian of m lanes follows from; the host adds it up. Each tensor
 * in `parts` has shape [m, n], and a lane consists of its rows. In each tensor, each lane is
 * divided by its largest entry. `products` [blocks, m, m] holds the inner products of the scaled
 * lanes over blocks of columns, `scales` [blocks, m] these divisors. The lanes of a tensor can be
 * freed once its products are computed.
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
