import { foldWords } from '../../../kernels/random.ts';
import { sizeOf, type Shape } from '../../graph/node.ts';
import type { Key } from '../../tensor/key.ts';
import { arrayFor, checkRows } from '../checks.ts';
import type { Column, Columns, Dataset } from '../dataset.ts';
import { Draws } from './draws.ts';
import { wordsOfKey } from './wordsOfKey.ts';

/**
 * Returns a data set whose examples are generated when they are read. `parts` has the shape of each
 * part of an example. `make` writes one example to `out`, bytes that are 0 before; it may use only
 * the draws, which are a function of the key and the example's index. The bytes of `images` stand
 * for values from 0 to 1. Throws, with `name`, if the host does not know the key's words.
 */
export function madeWorld<Name extends string>(
  name: string,
  key: Key,
  size: number,
  parts: Readonly<Record<Name, Shape>>,
  make: (draws: Draws, out: Record<Name, Uint8Array>) => void,
): Dataset<Name> {
  const [k0, k1] = wordsOfKey(name, key);
  const entries = Object.entries(parts) as [Name, Shape][];
  return {
    size,
    rows(indices) {
      checkRows(name, indices, size);
      const columns = entries.map(([part, shape]): [Name, Column & { data: Uint8Array }] => {
        const full = [indices.length, ...shape];
        const scale = part === 'images' ? { scale: 1 / 255 } : {};
        return [part, { data: arrayFor(name, Uint8Array, sizeOf(full)), shape: full, ...scale }];
      });
      for (let i = 0; i < indices.length; i++) {
        const out = columns.map(([part, { data, shape }]) => {
          const step = sizeOf(shape.slice(1));
          return [part, data.subarray(i * step, (i + 1) * step)] as const;
        });
        make(new Draws(...foldWords(k0, k1, indices[i]!)), Object.fromEntries(out) as Record<Name, Uint8Array>);
      }
      return Object.fromEntries(columns) as Columns<Name>;
    },
  };
}
