import fc from 'fast-check';
import '../../tensor/methods.ts';
import * as activations from '../../tensor/ops/activations.ts';
import { gather, scatterAdd, take } from '../../tensor/ops/indexing.ts';
import { bceWithLogits, crossEntropy, huber, mse } from '../../tensor/ops/losses.ts';
import { concat, stack } from '../../tensor/ops/movement.ts';
import { batchNorm, layerNorm } from '../../tensor/ops/normalization.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { linear } from './linearCases.ts';
import {
  anyShape,
  extendable,
  filled,
  indices,
  onAxes,
  onAxis,
  onShape,
  shapeOf,
  sizeOf,
  use,
  whole,
  type Uses,
} from './uses.ts';

const reductions: readonly Uses[] = [
  onAxes('sum', (x, options) => x.sum(options)),
  onAxes('mean', (x, options) => x.mean(options)),
  onAxes('prod', (x, options) => x.prod(options)),
  onAxes('max', (x, options) => x.max(options)),
  onAxes('min', (x, options) => x.min(options)),
  onAxes('logSumExp', (x, options) => x.logSumExp(options)),
  onAxes('variance', (x, options) => x.variance(options)),
  // The standard deviation of a single element is 0, where the root has no slope.
  onAxes(
    'std',
    (x, options) => x.std(options),
    (n) => n > 1,
  ),
  onAxes('norm', (x, options) => x.norm(options)),
  onShape('sum of all', (x) => x.sum()),
  onAxis('cumsum', (x, axis) => x.cumsum({ axis })),
  onAxis('softmax', (x, axis) => x.softmax({ axis })),
  onAxis('logSoftmax', (x, axis) => x.logSoftmax({ axis })),
  onAxis('sort', (x, axis) => x.sort({ axis })[0]),
  onAxis('topK', (x, axis) => x.topK(1, { axis })[0]),
];

const movements: readonly Uses[] = [
  onAxes('flip', (x, { axis }) => x.flip({ axis })),
  onAxis('concat', (x, axis) => concat([x, x.mul(2), x.square()], { axis })),
  onAxis('stack', (x, axis) => stack([x, x.neg()], { axis }), extendable),
  onAxis('split', (x, axis) => x.split([1, x.shape[axis]! - 1], { axis })[0]!),
  onAxis('unsqueeze', (x, axis) => x.unsqueeze(axis), extendable),
  onShape('at', (x) => x.at(-1), filled),
  onShape('reshape', (x) => x.reshape([x.size])),
  onShape('transpose', (x) => x.transpose()),
  onShape('permute', (x) => x.permute([...x.shape.keys()].map((a) => (a + 1) % x.rank)), filled),
  onShape('squeeze', (x) => x.squeeze()),
  onShape('broadcastTo', (x) => x.broadcastTo([2, ...x.shape]), shapeOf(0, 7)),
  onShape('pad', (x) => x.pad(x.shape.map((_, a) => [a % 2, 1] as const))),
  onShape(
    'slice',
    (x) =>
      x.slice(
        x.shape.map(() => 0),
        x.shape.map((n) => Math.max(1, n - 1)),
      ),
    filled,
  ),
  [
    'broadcasting',
    fc.tuple(shapeOf(0, 5), fc.infiniteStream(fc.boolean()), fc.nat({ max: 3 })).map(([shape, ones, drop]) => {
      const other = shape.slice(Math.min(drop, shape.length)).map((n) => (ones.next().value ? 1 : n));
      return use('a b + b²', [shape, other], (a, b) => a!.mul(b!).add(b!.square()));
    }),
  ],
];

/** The shape with another size along one axis. */
const resized = (shape: readonly number[], axis: number, size: number): number[] =>
  shape.map((n, a) => (a === axis ? size : n));

const small = shapeOf(1, 4, 1);

/** Indices below n in a given shape. */
const places = (shape: readonly number[], n: number): Tensor => indices(n, sizeOf(shape)).reshape(shape);

const indexing: readonly Uses[] = [
  onAxis('take', (x, axis) => take(x, indices(x.shape[axis]!, 4), { axis })),
  onAxis('gather', (x, axis) => gather(x, places(resized(x.shape, axis, 3), x.shape[axis]!), { axis })),
  [
    'scatterAdd',
    fc
      .tuple(small, fc.nat({ max: 3 }), whole(1, 3))
      .map(([shape, a, size]): [number[], number, number] => [shape, a % shape.length, size])
      .map(([shape, axis, size]) => {
        const updates = resized(shape, axis, size);
        const at = places(updates, shape[axis]!);
        return use(`scatterAdd along ${axis}`, [shape, updates], (x, u) => scatterAdd(x!, at, u!, { axis }));
      }),
  ],
];

const targets = (shape: readonly number[]): Tensor =>
  tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => (i % 3) / 2),
    { shape },
  );

const losses: readonly Uses[] = [
  ['mse', small.map((shape) => use('mse', [shape, shape], (a, b) => mse(a!, b!)))],
  // The offset 1/64 keeps differences away from 1, where huber's second derivative jumps.
  ['huber', small.map((shape) => use('huber', [shape, shape], (a, b) => huber(a!, b!.add(1 / 64))))],
  [
    'crossEntropy',
    fc
      .tuple(whole(1, 4), whole(2, 4))
      .map(([n, classes]) => use('crossEntropy', [[n, classes]], (x) => crossEntropy(x!, indices(classes, n)))),
  ],
  ['bceWithLogits', small.map((shape) => use('bceWithLogits', [shape], (x) => bceWithLogits(x!, targets(shape))))],
];

/** Batch normalisation with the batch's own mean and variance, or with given ones. */
const batch: Uses = [
  'batchNorm',
  fc
    .record({ n: whole(2, 3), channels: whole(1, 2), rest: shapeOf(0, 2, 1), given: fc.boolean() })
    .map(({ n, channels, rest, given }) => {
      const each = [channels];
      return use(
        `batchNorm${given ? ', mean and variance given' : ''}`,
        [[n, channels, ...rest], each, each, each, each],
        (x, scale, offset, mean, v) =>
          batchNorm(x!, {
            scale: scale!,
            offset: offset!,
            ...(given && { mean: mean!, variance: v!.square().add(1) }),
          }),
      );
    }),
];

const several = shapeOf(1, 4, 1).filter((s) => s.at(-1)! > 1);

/** Every operation that is not in the elementwise table, with generated shapes. */
export const operations: readonly Uses[] = [
  ...reductions,
  ...movements,
  ...indexing,
  ...linear,
  ...losses,
  batch,
  onShape('layerNorm', (x) => layerNorm(x), several),
  onShape('leakyRelu', (x) => activations.leakyRelu(x), anyShape),
  onShape('elu', (x) => activations.elu(x), anyShape),
  onShape('silu', (x) => activations.silu(x), anyShape),
  onShape('gelu', (x) => activations.gelu(x), anyShape),
];
