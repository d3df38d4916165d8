import { checkList } from '../graph/checks.ts';
import { gelu, elu, leakyRelu, silu } from './ops/activations.ts';
import { conv2d, convTranspose2d } from './ops/convolution.ts';
import { elementwiseFunctions } from './ops/elementwise.ts';
import { gather, scatterAdd, take } from './ops/indexing.ts';
import { bceWithLogits, crossEntropy, huber, mse } from './ops/losses.ts';
import { einsum } from './ops/einsum.ts';
import { matmul } from './ops/matmul.ts';
import {
  broadcastTo,
  concat,
  flip,
  pad,
  permute,
  reshape,
  slice,
  splitTensor,
  squeeze,
  stack,
  transpose,
  unsqueeze,
} from './ops/movement.ts';
import { batchNorm, layerNorm } from './ops/normalization.ts';
import { avgPool2d, maxPool2d } from './ops/pooling.ts';
import { argMax, argMin, cumsum, logSumExp, max, mean, min, norm, prod, std, sum, variance } from './ops/reduce.ts';
import { logSoftmax, softmax } from './ops/softmax.ts';
import { sort, topK } from './ops/sort.ts';
import { Tensor, type TensorLike } from './tensor.ts';

/**
 * Returns a method for a function f of a list: `x.concat([y, z])` is `concat([x, y, z])`. It
 * throws, with `name`, if its argument is no list.
 */
const before =
  (name: string, f: (list: readonly TensorLike[], options?: { axis?: number }) => Tensor) =>
  (x: TensorLike, others: readonly TensorLike[], options?: { axis?: number }): Tensor =>
    f([x, ...checkList(name, 'tensors', others)], options);

/**
 * The operations on tensors that are not in the elementwise table, as methods of their first
 * tensor: x.sum() is sum(x), and x.einsum('ij,jk->ik', y) is einsum('ij,jk->ik', x, y).
 */
// prettier-ignore
const operations = {
  leakyRelu, elu, silu, gelu,
  sum, mean, prod, max, min, logSumExp, variance, std, norm, argMax, argMin, cumsum,
  matmul, conv2d, convTranspose2d, maxPool2d, avgPool2d, batchNorm, layerNorm,
  reshape, permute, transpose, broadcastTo, squeeze, unsqueeze, slice, pad, flip, split: splitTensor,
  concat: before('concat', concat), stack: before('stack', stack),
  einsum: (x: TensorLike, spec: string, ...others: readonly TensorLike[]): Tensor => einsum(spec, x, ...others),
  gather, take, scatterAdd, sort, topK,
  softmax, logSoftmax, mse, huber, crossEntropy, bceWithLogits,
};

/** The type of a function as a method: without its first parameter. */
type Method<F> = F extends (x: never, ...rest: infer R) => infer T ? (...rest: R) => T : never;

/** The types of the methods in `operations`. */
export type OperationMethods = { readonly [K in keyof typeof operations]: Method<(typeof operations)[K]> };

declare module './tensor.ts' {
  interface Tensor extends OperationMethods {}
}

for (const [name, f] of Object.entries({ ...elementwiseFunctions, ...operations }))
  Object.defineProperty(Tensor.prototype, name, {
    value: function (this: Tensor, ...rest: unknown[]): unknown {
      return (f as (x: Tensor, ...rest: unknown[]) => unknown)(this, ...rest);
    },
    configurable: true,
    writable: true,
  });
