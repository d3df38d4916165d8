import { sizeOf, type Shape } from '../../../graph/node.ts';
import { range } from '../../../graph/shape.ts';
import { tensor } from '../../../tensor/create.ts';
import { conv2d } from '../../../tensor/ops/convolution.ts';
import { matmul } from '../../../tensor/ops/matmul.ts';
import * as move from '../../../tensor/ops/movement.ts';
import { avgPool2d, maxPool2d } from '../../../tensor/ops/pooling.ts';
import { any, full, mostElements, numbers, one, step, together, type Choice } from '../pool.ts';

/** Contractions and windows. */
export const linear: readonly Choice[] = [
  (random, pool) => {
    const i = any(random, pool, full);
    if (i === undefined) return undefined;
    const shape = pool[i]!;
    const inner = shape.at(-1)!;
    const fits = (other: Shape): boolean =>
      other.length > 0 &&
      other.at(other.length === 1 ? -1 : -2) === inner &&
      together(shape.slice(0, -2), other.slice(0, -2)) !== undefined &&
      sizeOf(shape) * (other.length === 1 ? 1 : other.at(-1)!) * sizeOf(other.slice(0, -2)) <= 4 * mostElements;
    const j = any(random, pool, fits);
    if (j !== undefined && random(3) > 0) return step('matmul', [i, j], (a, b) => matmul(a!, b!));
    const columns = 1 + random(4);
    const w = numbers(random, inner * columns, -1, 1);
    return step('matmul', [i], (a) => matmul(a!, tensor(w, { shape: [inner, columns] })));
  },
  one(
    'matmul',
    () => (x) => matmul(x, move.permute(x, [...range(x.rank - 2), x.rank - 1, x.rank - 2])),
    (s) => full(s) && s.length > 1,
  ),
  one(
    'conv2d',
    (random, shape) => {
      const [, channels, h, w] = shape as [number, number, number, number];
      const size = [1 + random(Math.min(3, h)), 1 + random(Math.min(3, w))] as [number, number];
      const out = 1 + random(2);
      const weights = numbers(random, out * channels * size[0] * size[1], -1, 1);
      const options = { stride: 1 + random(2), padding: random(2), dilation: 1 };
      return (x) => conv2d(x, tensor(weights, { shape: [out, channels, ...size] }), options);
    },
    (s) => full(s) && s.length === 4,
  ),
  one(
    'maxPool2d',
    (random, shape) => {
      const size = 1 + random(Math.min(2, shape[2]!, shape[3]!));
      const stride = 1 + random(2);
      return (x) => maxPool2d(x, { size, stride });
    },
    (s) => full(s) && s.length === 4,
  ),
  one(
    'avgPool2d',
    (random, shape) => {
      const size = 1 + random(Math.min(2, shape[2]!, shape[3]!));
      return (x) => avgPool2d(x, { size, padding: 0 });
    },
    (s) => full(s) && s.length === 4,
  ),
];
