import type { elementwise } from '../../kernels/elementwise.ts';
import { checkList } from '../graph/checks.ts';
import * as activations from './ops/activations.ts';
import * as convolution from './ops/convolution.ts';
import { einsum } from './ops/einsum.ts';
import { elementwiseFunctions } from './ops/elementwise.ts';
import * as indexing from './ops/indexing.ts';
import * as losses from './ops/losses.ts';
import * as matmul from './ops/matmul.ts';
import * as movement from './ops/movement.ts';
import * as normalization from './ops/normalization.ts';
import * as pooling from './ops/pooling.ts';
import * as reduce from './ops/reduce.ts';
import * as softmax from './ops/softmax.ts';
import * as sort from './ops/sort.ts';
import type { OperationMethods } from './operationMethods.ts';
import { Tensor, type TensorLike } from './tensor.ts';

/**
 * The operations on tensors that are not in the elementwise table. They are methods of their first
 * tensor: x.sum() is sum(x). scripts/names.js declares the methods, with their docstrings.
 */
// prettier-ignore
const operations = {
  ...activations, ...convolution, ...indexing, ...losses, ...matmul, ...movement, ...normalization, ...pooling,
  ...reduce, ...softmax, ...sort,
};

/**
 * Returns a method for a function f of a list: `x.concat([y, z])` is `concat([x, y, z])`. It
 * throws, with `name`, if its argument is no list.
 */
const before =
  (name: string, f: (list: readonly TensorLike[], options?: { axis?: number }) => Tensor) =>
  (x: TensorLike, others: readonly TensorLike[], options?: { axis?: number }): Tensor =>
    f([x, ...checkList(name, 'tensors', others)], options);

/** The operations whose first argument is no tensor. */
const ofLists = {
  concat: before('concat', movement.concat),
  stack: before('stack', movement.stack),
  einsum: (x: TensorLike, spec: string, ...others: readonly TensorLike[]): Tensor => einsum(spec, x, ...others),
};

/** The definitions of the methods. An editor goes to them, beside the declarations. */
type Definitions = { readonly [K in keyof typeof elementwise]: unknown } & {
  readonly [K in keyof typeof operations]: unknown;
};
type Methods = OperationMethods & Definitions;

declare module './tensor.ts' {
  interface Tensor extends Methods {
    /**
     * Joins this tensor and others end to end along `axis`, 0 by default. Throws unless their
     * shapes agree on all other axes.
     */
    concat(others: readonly TensorLike[], options?: { axis?: number }): Tensor;
    /**
     * Joins this tensor and others of the same shape along a new axis, which is placed at `axis`,
     * 0 by default.
     */
    stack(others: readonly TensorLike[], options?: { axis?: number }): Tensor;
    /** Einstein's sum: x.einsum('ij,jk->ik', y) is einsum('ij,jk->ik', x, y). */
    einsum(spec: string, ...others: readonly TensorLike[]): Tensor;
  }
}

for (const [name, f] of Object.entries({ ...elementwiseFunctions, ...operations, ...ofLists }))
  Object.defineProperty(Tensor.prototype, name, {
    value: function (this: Tensor, ...rest: unknown[]): unknown {
      return (f as (x: Tensor, ...rest: unknown[]) => unknown)(this, ...rest);
    },
    configurable: true,
    writable: true,
  });
