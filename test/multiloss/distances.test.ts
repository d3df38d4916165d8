import { expect, test } from 'vitest';
import { setDevice, tensor } from '../../src/index.ts';
import { differences, squaredDistances } from '../../src/multiloss/distances.ts';
import { normals } from '../suites/matrices.ts';

await setDevice('reference');

test.each([1, 2, 3, 4, 5, 6])(
  'the squared distances of %i lanes of two tensors are those of their halves',
  async (m) => {
    const next = normals(m);
    const lanes = Array.from({ length: m }, () => Array.from({ length: 5 }, next));
    const first = tensor(lanes.map((lane) => lane.slice(0, 3)));
    const second = tensor(lanes.map((lane) => [lane.slice(3)]));
    const [squares, scales] = differences([first, second]);
    const D = squaredDistances(await squares.data(), await scales.data(), m);
    lanes.forEach((a, i) =>
      lanes.forEach((b, j) =>
        expect(D[i]![j]).toBeCloseTo(
          a.reduce((sum, x, k) => sum + (x - b[k]!) ** 2 / 4, 0),
          9,
        ),
      ),
    );
  },
);
