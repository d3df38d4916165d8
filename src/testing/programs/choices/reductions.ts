import * as reduce from '../../../tensor/ops/reduce.ts';
import { logSoftmax, softmax } from '../../../tensor/ops/softmax.ts';
import { sort } from '../../../tensor/ops/sort.ts';
import type { Tensor } from '../../../tensor/tensor.ts';
import { full, one, someAxes, type Choice } from '../pool.ts';

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
const alongAxis = (name: string, f: (x: Tensor, axis: number) => Tensor): Choice =>
  one(
    name,
    (random, shape) => {
      const axis = random(shape.length);
      return (x) => f(x, axis);
    },
    full,
  );

/** Folds, and what else runs along an axis. */
export const reductions: readonly Choice[] = [
  ...folds.map(([name, f]) =>
    one(name, (random, shape) => {
      const axis = someAxes(random, shape);
      const keepDims = random(2) === 0;
      // Over an empty axis there are sums and products alone.
      if (name !== 'sum' && name !== 'prod' && axis.some((a) => shape[a] === 0)) return undefined;
      return (x) => f(x, { axis, keepDims });
    }),
  ),
  alongAxis('cumsum', (x, axis) => reduce.cumsum(x, { axis })),
  alongAxis('softmax', (x, axis) => softmax(x, { axis })),
  alongAxis('logSoftmax', (x, axis) => logSoftmax(x, { axis })),
  alongAxis('sort', (x, axis) => sort(x, { axis })[0]),
  alongAxis('argMax', (x, axis) => reduce.argMax(x, { axis })),
];
