import { expect, test } from 'vitest';
import { gradients, setDevice, tensor, type Tensor } from '../../src/index.ts';

await setDevice('reference');

const v = tensor([1, 2, 3]);
const cases: [string, middle: Tensor, loss: (m: Tensor) => Tensor, want: unknown][] = [
  [
    'a reshape that is undone',
    v.mul(2).reshape([1, 3]),
    (m) =>
      m
        .reshape([3])
        .mul(tensor([1, 2, 3]))
        .sum(),
    [[1, 2, 3]],
  ],
  [
    'a transpose that is undone',
    tensor([
      [1, 2],
      [3, 4],
    ])
      .mul(2)
      .transpose(),
    (m) => m.transpose().square().sum(),
    [
      [4, 12],
      [8, 16],
    ],
  ],
  ['an axis that comes and goes', v.mul(1).unsqueeze(0), (m) => m.squeeze().square().sum(), [[2, 4, 6]]],
  ['a pad that is cut off', v.pad([[1, 1]]), (m) => m.slice([1], [4]).square().sum(), [0, 2, 4, 6, 0]],
  ['a sign that is turned back', v.neg(), (m) => m.neg().square().sum(), [-2, -4, -6]],
  ['a mask', v.greater(1).where(1, 0), (m) => v.mul(m).sum(), [1, 2, 3]],
  ['a reciprocal', v.reciprocal(), (m) => v.mul(m).sum(), [1, 2, 3]],
];

for (const [name, middle, loss, want] of cases)
  test(`gradients by ${name} are those of the function of it`, async () => {
    expect(await gradients(loss(middle), middle)[0]!.array()).toEqual(want);
  });
