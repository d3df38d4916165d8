import { sizeOf, type HostArray, type Shape } from '../../graph/node.ts';
import { checkOptions } from '../../graph/options.ts';
import type { Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { hostCall } from '../../tensor/transforms/hostCall.ts';
import { checkDeviation, fansOf } from './initialiser.ts';

/**
 * Returns a random orthogonal matrix times `gain`, 1 by default (Saxe et al. 2014), in the shape
 * [outputs, inputs, …window]. As a matrix [outputs, inputs · window size] its rows are orthogonal
 * and of length `gain`; if it has more rows than columns, its columns are. It is uniformly
 * distributed among such matrices. Throws if the shape has fewer than two axes or if the gain is
 * negative or not finite.
 */
export function orthogonal(key: Key, shape: Shape, options: { readonly gain?: number } = {}): Tensor {
  const name = 'init.orthogonal';
  const { gain = 1 } = checkOptions(name, options, ['gain']);
  checkDeviation(name, gain, 'gain');
  fansOf(name, shape);
  const [rows, columns] = [shape[0]!, sizeOf(shape.slice(1))];
  const [few, many] = [Math.min(rows, columns), Math.max(rows, columns)];
  const q = hostCall(orthonormal, [random.normal(key, [few, many]), few], [few, many]);
  return (rows <= columns ? q : q.transpose()).mul(gain).reshape(shape);
}

/**
 * Returns an orthonormal basis of the rows of a matrix x, as many rows as `count` holds. It applies
 * the Gram–Schmidt process twice, to remove rounding errors.
 */
function orthonormal(x: HostArray, count: HostArray): Float64Array {
  const q = Float64Array.from(x);
  const rows = count[0]!;
  const columns = q.length / rows;
  const row = (i: number): Float64Array => q.subarray(i * columns, (i + 1) * columns);
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
  for (let i = 0; i < rows; i++) {
    const own = row(i);
    for (let j = 0; j < 2 * i; j++) {
      const other = row(j % i);
      const along = dot(own, other);
      other.forEach((v, c) => (own[c]! -= along * v));
    }
    const length = Math.sqrt(dot(own, own));
    own.forEach((v, c) => (own[c] = v / length));
  }
  return q;
}
