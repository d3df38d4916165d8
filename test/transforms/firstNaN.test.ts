import { describe, expect, test } from 'vitest';
import { firstNaN, grad, setDevice, tensor, type Tensor } from '../../src/index.ts';

await setDevice('reference');

describe('firstNaN', () => {
  test('names the operation, the place and what came in there', async () => {
    const x = tensor([
      [1, 2],
      [-3, 4],
    ]);
    const found = await firstNaN(x.log().add(1).matmul(x).sum());
    expect(found).toMatchObject({ op: 'log', index: [1, 0], shape: [2, 2], inputs: [-3] });
    expect(String(found)).toBe('log: NaN at [1, 0] of [2, 2] from -3');
  });

  test('looks behind values that were computed already', async () => {
    const y = tensor([0, 1])
      .div(tensor([0, 1]))
      .add(1);
    await y.data();
    expect(await firstNaN(y)).toMatchObject({ op: 'div', index: [0], inputs: [0, 0] });
  });

  test('finds it in a gradient', async () => {
    const g = grad((x: Tensor) => x.sqrt().mul(0).sum())(tensor([1, 0]));
    expect(await firstNaN(g)).toMatchObject({ op: 'mul', index: [1] });
  });

  test('blames the data if it was there from the start', async () => {
    expect(await firstNaN(tensor([1, NaN]).exp())).toMatchObject({ op: 'data', index: [1] });
  });

  test('is null where there is none', async () => {
    expect(await firstNaN(tensor([1, Infinity]).exp())).toBeNull();
  });
});
