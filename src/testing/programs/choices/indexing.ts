import { sizeOf } from '../../../graph/node.ts';
import { range } from '../../../graph/shape.ts';
import { tensor } from '../../../tensor/create.ts';
import { gather, scatterAdd, take } from '../../../tensor/ops/indexing.ts';
import { mostAxes, mostElements, newShape, numbers, one, short, type Choice } from '../pool.ts';
import type { Random } from '../program.ts';

const indicesBelow = (random: Random, n: number, count: number): number[] => range(count).map(() => random(n));

/** Gathers and scatters. */
export const indexing: readonly Choice[] = [
  one(
    'take',
    (random, shape) => {
      const axis = random(shape.length);
      const indices = newShape(random, 6);
      const at = indicesBelow(random, shape[axis]!, sizeOf(indices));
      if (indices.length + shape.length - 1 > mostAxes || (sizeOf(shape) / shape[axis]!) * at.length > mostElements)
        return undefined;
      return (x) => take(x, tensor(Float64Array.from(at), { shape: indices }), { axis });
    },
    short,
  ),
  one(
    'gather',
    (random, shape) => {
      const axis = random(shape.length);
      const size = random(5);
      const indices = shape.map((d, a) => (a === axis ? size : Math.max(1, d - random(2))));
      const at = indicesBelow(random, shape[axis]!, sizeOf(indices));
      return (x) => gather(x, tensor(Float64Array.from(at), { shape: indices }), { axis });
    },
    short,
  ),
  one(
    'scatterAdd',
    (random, shape) => {
      const axis = random(shape.length);
      const count = 1 + random(4);
      const at = indicesBelow(random, shape[axis]!, count);
      const given = shape.map((d, a) => (a === axis ? count : d));
      const updates = numbers(random, sizeOf(given));
      const flat = shape.length === 1;
      return (x) => {
        const u = tensor(Float64Array.from(updates), { shape: given }).mul(x.mean());
        // Indices of x's rank give one position for each update; indices of rank 1 give a slice.
        const spread = tensor(Float64Array.from(range(u.size).map(() => at[0]!)), { shape: given });
        return flat
          ? scatterAdd(x, tensor(at), u, { axis })
          : scatterAdd(x, count === 1 ? spread : tensor(at), u, { axis });
      };
    },
    short,
  ),
];
