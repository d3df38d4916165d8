import fc from 'fast-check';
import '../../tensor/methods.ts';
import * as activations from '../../tensor/ops/activations.ts';
import { conv2d, convTranspose2d } from '../../tensor/ops/convolution.ts';
import { einsum } from '../../tensor/ops/einsum.ts';
import { gather, scatterAdd, take } from '../../tensor/ops/indexing.ts';
import { bceWithLogits, crossEntropy, huber, mse } from '../../tensor/ops/losses.ts';
import { concat, stack } from '../../tensor/ops/movement.ts';
import { batchNorm, layerNorm } from '../../tensor/ops/normalization.ts';
import { avgPool2d, maxPool2d } from '../../tensor/ops/pooling.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';

type Shape = readonly number[];

/** A use of an operation: what it is of, as text, and for shapes that were drawn. */
export interface Use {
  readonly text: string;
  readonly shapes: readonly Shape[];
  readonly f: (...xs: Tensor[]) => Tensor;
}

const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Shapes of a rank, with sizes up to 3, now and then 0, and at most 48 numbers. */
const shapeOf = (from: number, to: number, least = 0): fc.Arbitrary<number[]> =>
  fc
    .array(
      fc.integer({ min: 0, max: 12 }).map((n) => (n === 12 ? least : 1 + (n % 3))),
      { minLength: from, maxLength: to },
    )
    .filter((shape) => sizeOf(shape) <= 48);

const anyShape = shapeOf(0, 6);
const filled = shapeOf(1, 6, 1);

const use = (text: string, shapes: readonly Shape[], f: Use['f']): Use => ({
  text: `${text} of ${JSON.stringify(shapes)}`,
  shapes,
  f,
});

/** A use with one axis of one shape. */
const onAxis = (name: string, f: (x: Tensor, axis: number) => Tensor): [string, fc.Arbitrary<Use>] => [
  name,
  filled.chain((shape) =>
    fc.nat({ max: shape.length - 1 }).map((axis) => use(`${name} along ${axis}`, [shape], (x) => f(x!, axis))),
  ),
];

const onShape = (name: string, f: (x: Tensor) => Tensor, shapes = anyShape): [string, fc.Arbitrary<Use>] => [
  name,
  shapes.map((shape) => use(name, [shape], (x) => f(x!))),
];

/** Uses that are one and the same each time. */
const fixed = (name: string, shapes: readonly Shape[], f: Use['f']): [string, fc.Arbitrary<Use>] => [
  name,
  fc.constant(use(name, shapes, f)),
];

/** Indices on the last axis, repeated ones among them. */
const indices = (n: number, count: number): Tensor => tensor(Array.from({ length: count }, (_, i) => (i * 2 + 1) % n));

/** Every operation that is not of the elementwise table, with shapes by generator where it takes more than one kind. */
export const operations: readonly (readonly [name: string, uses: fc.Arbitrary<Use>])[] = [
  onAxis('sum', (x, axis) => x.sum({ axis })),
  onAxis('mean', (x, axis) => x.mean({ axis, keepDims: true })),
  onAxis('prod', (x, axis) => x.prod({ axis })),
  onAxis('max', (x, axis) => x.max({ axis })),
  onAxis('min', (x, axis) => x.min({ axis, keepDims: true })),
  onAxis('logSumExp', (x, axis) => x.logSumExp({ axis })),
  onAxis('variance', (x, axis) => x.variance({ axis })),
  onShape(
    'std',
    (x) => x.std(),
    shapeOf(1, 4, 1).filter((s) => sizeOf(s) > 1),
  ),
  onAxis('norm', (x, axis) => x.norm({ axis })),
  onAxis('cumsum', (x, axis) => x.cumsum({ axis })),
  onAxis('softmax', (x, axis) => x.softmax({ axis })),
  onAxis('logSoftmax', (x, axis) => x.logSoftmax({ axis })),
  onAxis('flip', (x, axis) => x.flip({ axis })),
  onAxis('sort', (x, axis) => x.sort({ axis })[0]),
  onAxis('topK', (x, axis) => x.topK(1, { axis })[0]),
  onAxis('concat', (x, axis) => concat([x, x.mul(2), x.square()], { axis })),
  onAxis('stack', (x, axis) => stack([x, x.neg()], { axis })),
  onAxis('split', (x, axis) => x.split([1, x.shape[axis]! - 1], { axis })[0]!),
  onAxis('take', (x, axis) => take(x, indices(x.shape[axis]!, 4), { axis })),
  onAxis('unsqueeze', (x, axis) => x.unsqueeze(axis)),
  onShape('sum of all', (x) => x.sum()),
  onShape('reshape', (x) => x.reshape([x.size])),
  onShape('transpose', (x) => x.transpose()),
  onShape('permute', (x) => x.permute([...x.shape.keys()].map((a) => (a + 1) % x.rank)), filled),
  onShape('squeeze', (x) => x.squeeze()),
  onShape('broadcastTo', (x) => x.broadcastTo([2, ...x.shape])),
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
  onShape('leakyRelu', (x) => activations.leakyRelu(x)),
  onShape('elu', (x) => activations.elu(x)),
  onShape('silu', (x) => activations.silu(x)),
  onShape('gelu', (x) => activations.gelu(x)),
  onShape(
    'layerNorm',
    (x) => layerNorm(x),
    shapeOf(1, 4, 1).filter((s) => s.at(-1)! > 1),
  ),
  [
    'broadcasting',
    fc.tuple(shapeOf(0, 5), fc.infiniteStream(fc.boolean()), fc.nat({ max: 3 })).map(([shape, ones, drop]) => {
      const other = shape.slice(Math.min(drop, shape.length)).map((n) => (ones.next().value ? 1 : n));
      return use('a b + b²', [shape, other], (a, b) => a!.mul(b!).add(b!.square()));
    }),
  ],
  [
    'matmul',
    fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 3 }), fc.integer({ min: 1, max: 3 }), shapeOf(0, 2))
      .map(([m, k, n, batch]) =>
        use(
          'matmul',
          [
            [...batch, m, k],
            [k, n],
          ],
          (a, b) => a!.matmul(b!),
        ),
      ),
  ],
  fixed('matmul of vectors', [[4], [4]], (a, b) => a!.matmul(b!)),
  fixed('einsum', [[2, 3], [3, 2], [2]], (a, b, c) => einsum('ij,jk,k->ik', a!, b!, c!)),
  fixed('einsum, traced', [[3, 3], [3]], (a, b) => einsum('ii,i->', a!, b!)),
  fixed('gather', [[2, 3]], (x) =>
    gather(
      x!,
      tensor([
        [0, 2, 2, 1],
        [1, 1, 0, 0],
      ]),
      { axis: 1 },
    ),
  ),
  fixed('scatterAdd', [[4], [3]], (x, u) => scatterAdd(x!, tensor([1, 3, 1]), u!)),
  fixed(
    'conv2d',
    [
      [1, 2, 4, 5],
      [2, 2, 3, 2],
    ],
    (x, w) => conv2d(x!, w!, { stride: [1, 2], padding: 1 }),
  ),
  fixed(
    'conv2d, dilated, in groups',
    [
      [2, 2, 5, 5],
      [2, 1, 2, 2],
    ],
    (x, w) => conv2d(x!, w!, { dilation: 2, groups: 2 }),
  ),
  fixed(
    'convTranspose2d',
    [
      [1, 2, 3, 3],
      [2, 2, 2, 2],
    ],
    (x, w) => convTranspose2d(x!, w!, { stride: 2 }),
  ),
  fixed('maxPool2d', [[1, 2, 4, 4]], (x) => maxPool2d(x!, { size: 2 })),
  fixed('avgPool2d', [[1, 2, 5, 5]], (x) => avgPool2d(x!, { size: 3, stride: 2, padding: 1 })),
  fixed('batchNorm', [[3, 2], [2], [2]], (x, scale, offset) => batchNorm(x!, { scale: scale!, offset: offset! })),
  fixed(
    'mse',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => mse(a!, b!),
  ),
  fixed(
    'huber',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => huber(a!, b!.add(1 / 64)),
  ),
  fixed('crossEntropy', [[3, 4]], (x) => crossEntropy(x!, tensor([0, 3, 1]))),
  fixed('bceWithLogits', [[2, 3]], (x) =>
    bceWithLogits(
      x!,
      tensor([
        [0, 1, 0.5],
        [1, 0, 1],
      ]),
    ),
  ),
];

/**
 * Up to 97 numbers of a shape between −1.5 and 1.5, no two nearer than 1/32 and none nearer than 1/80 to 0: ties and kinks are out of the
 * differences' reach. The offset changes their order.
 */
export function spread(shape: Shape, offset: number): Tensor {
  const at = (i: number): number => (((i * 29 + offset * 13) % 97) - 48 + 0.4) / 32;
  return tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => at(i)),
    { shape },
  );
}
