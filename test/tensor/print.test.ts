import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { setDevice, tensor } from '../../src/index.ts';

await setDevice('reference');

test('a tensor tells its shape and device, its values only where the host has them, and whether it was disposed', async () => {
  const x = tensor([[1, 2]]);
  expect(x.toString()).toBe('Tensor [1, 2] on reference [[1,2]]');
  const y = x.mul(2);
  expect(inspect(y)).toBe('Tensor [1, 2], not computed yet');
  await y.data();
  expect(inspect({ y })).toBe('{ y: Tensor [1, 2] on reference [[2,4]] }');
  y.dispose();
  x.dispose();
  expect([x, y].join(' ')).toBe('Tensor [1, 2], disposed Tensor [1, 2], disposed');
});
