import { sizeOf } from '../../../graph/node.ts';
import * as reduce from '../../../tensor/ops/reduce.ts';
import { logSoftmax, softmax } from '../../../tensor/ops/softmax.ts';
import { sort } from '../../../tensor/ops/sort.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import { full, longest, one, short, someAxes, type Choice } from '../pool.ts';

type Fold = (x: Tensor, options: reduce.ReduceOptions) => Tensor;
const folds: readonly [string, Fold][] = Object.entries({
  sum: reduce.sum,
  mean: reduce.mean,
  prod: reduce.prod,
  max: reduce.max,
  min: reduce.min,
  logSumExp: reduce.logSumExp,
  variance: reduce.variance,
  std: reduce.std,
  norm: reduce.norm,
  total: reduce.sum,
});
const alongAxis = (name: string, f: (x: Tensor, axis: number) => Tensor, fits = full): Choice =>
  one(
    name,
    (random, shape) => {
      const axis = random(shape.length);
      return (x) => f(x, axis);
    },
    fits,
  );

/** Folds, and other operations along an axis. */
export const reductions: readonly Choice[] = [
  ...folds.map(([name, f]) =>
    one(name, (random, shape) => {
      const axis = someAxes(random, shape);
      const keepDims = random(2) === 0;
      // Only sums and products are defined over an empty axis.
      if (name !== 'sum' && name !== 'prod' && axis.some((a) => shape[a] === 0)) return undefined;
      // The derivative of a product visits all pairs of its factors.
      if (name === 'prod' && sizeOf(axis.map((a) => shape[a]!)) > longest) return undefined;
      return (x) => f(x, { axis, keepDims });
    }),
  ),
  alongAxis('cumsum', (x, axis) => reduce.cumsum(x, { axis }), short),
  alongAxis('softmax', (x, axis) => softmax(x, { axis })),
  alongAxis('logSoftmax', (x, axis) => logSoftmax(x, { axis })),
  alongAxis('sort', (x, axis) => sort(x, { axis })[0], short),
  alongAxis('argMax', (x, axis) => reduce.argMax(x, { axis })),
];
