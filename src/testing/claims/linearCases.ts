import fc from 'fast-check';
import { conv2d, convTranspose2d } from '../../tensor/ops/convolution.ts';
import { einsum } from '../../tensor/ops/einsum.ts';
import { avgPool2d, maxPool2d } from '../../tensor/ops/pooling.ts';
import { sizeOf, shapeOf, use, whole, type Uses } from './uses.ts';

/** Matrix products, with vectors and with batches that broadcast. */
const matmul: Uses = [
  'matmul',
  fc
    .record({
      m: whole(1, 3),
      k: whole(0, 3),
      n: whole(1, 3),
      batch: shapeOf(0, 2),
      thin: fc.boolean(),
      ranks: fc.constantFrom([2, 2], [1, 2], [2, 1], [1, 1]),
    })
    .map(({ m, k, n, batch, thin, ranks: [a, b] }) => {
      const left = a === 1 ? [k] : [...batch, m, k];
      const right = b === 1 ? [k] : [...(thin ? batch.slice(1).map(() => 1) : batch), k, n];
      return use('matmul', [left, right], (x, y) => x!.matmul(y!));
    }),
];

const specs: readonly (readonly [spec: string, ...sizes: readonly (readonly number[])[]])[] = [
  ['ij,jk,k->ik', [2, 3], [3, 2], [2]],
  ['ii,i->', [3, 3], [3]],
  ['bij,bjk->bik', [2, 1, 3], [2, 3, 2]],
  ['i,j->ji', [2], [3]],
  ['ijk->k', [2, 0, 3]],
  ['...i,i->...', [2, 1, 3], [3]],
];

const sums: Uses = [
  'einsum',
  fc.constantFrom(...specs).map(([spec, ...shapes]) => use(`einsum ${spec}`, shapes, (...xs) => einsum(spec, ...xs))),
];

const pair = (from: number, to: number): fc.Arbitrary<[number, number]> => fc.tuple(whole(from, to), whole(from, to));

/** Parameters that convolutions share: sizes, stride, padding and dilation. */
const sliding = fc.record({
  images: whole(1, 2),
  groups: whole(1, 2),
  inner: whole(1, 2),
  outer: whole(1, 2),
  size: pair(2, 4),
  filter: pair(1, 2),
  stride: pair(1, 2),
  padding: pair(0, 1),
  dilation: pair(1, 2),
});

/** Says whether a dilated filter fits into the padded size. */
const reaches = (size: number, filter: number, padding: number, dilation: number): boolean =>
  (filter - 1) * dilation + 1 <= size + 2 * padding;

const convolution: Uses = [
  'conv2d',
  sliding
    .filter(({ size, filter, padding, dilation }) =>
      size.every((n, i) => reaches(n, filter[i]!, padding[i]!, dilation[i]!)),
    )
    .map(({ images, groups, inner, outer, size, filter, ...how }) =>
      use(
        `conv2d ${JSON.stringify({ ...how, groups })}`,
        [
          [images, groups * inner, ...size],
          [groups * outer, inner, ...filter],
        ],
        (x, w) => conv2d(x!, w!, { ...how, groups }),
      ),
    ),
];

const transposed: Uses = [
  'convTranspose2d',
  sliding
    .filter(({ size, filter, stride, padding, dilation }) =>
      size.every((n, i) => (n - 1) * stride[i]! + (filter[i]! - 1) * dilation[i]! + 1 > 2 * padding[i]!),
    )
    .map(({ images, groups, inner, outer, size, filter, ...how }) =>
      use(
        `convTranspose2d ${JSON.stringify({ ...how, groups })}`,
        [
          [images, groups * outer, ...size],
          [groups * outer, inner, ...filter],
        ],
        (x, w) => convTranspose2d(x!, w!, { ...how, groups }),
      ),
    ),
];

/** Pooling over one image of up to 32 elements, no two of which tie. */
const pooling = (name: string, f: typeof maxPool2d): Uses => [
  name,
  fc
    .record({ channels: whole(1, 2), height: whole(2, 4), width: whole(2, 4), size: pair(1, 2), stride: pair(1, 2) })
    .chain((c) => pair(0, 1).map((padding) => ({ ...c, padding })))
    .filter(({ channels, height, width, size, padding }) => {
      return sizeOf([channels, height, width]) <= 32 && padding.every((p, i) => 2 * p <= size[i]!);
    })
    .map(({ channels, height, width, ...how }) =>
      use(`${name} ${JSON.stringify(how)}`, [[1, channels, height, width]], (x) => f(x!, how)),
    ),
];

/** Contractions, convolutions and pooling. */
export const linear: readonly Uses[] = [
  matmul,
  sums,
  convolution,
  transposed,
  pooling('maxPool2d', maxPool2d),
  pooling('avgPool2d', avgPool2d),
];
