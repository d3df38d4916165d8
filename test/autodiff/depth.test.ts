import { describe, expect, test } from 'vitest';
import { grad, jvp, setDevice, tensor, vmap, type Tensor } from '../../src/index.ts';

await setDevice('reference');

const length = 100_000;

/** x + 1e-5·x + … : each step multiplies by 1 + 1e-5. */
function chain(x: Tensor): Tensor {
  let y = x;
  for (let i = 0; i < length / 2; i++) y = y.mul(1 + 1e-5).add(1e-7);
  return y;
}

describe('a chain of 100 000 operations', () => {
  const factor = (1 + 1e-5) ** (length / 2);

  test('is built, computed and differentiated in reverse mode', async () => {
    expect(await chain(tensor(2)).item()).toBeCloseTo(2 * factor + 1e-2 * (factor - 1), 8);
    expect(await grad(chain)(2).item()).toBeCloseTo(factor, 8);
  });

  test('is differentiated in forward mode', async () => {
    expect(await jvp(chain, [2], [1])[1].item()).toBeCloseTo(factor, 8);
  });

  test('is mapped', async () => {
    const [a, b] = (await vmap((x: Tensor) => chain(x))(tensor([2, 0])).array()) as number[];
    expect(a! - b!).toBeCloseTo(2 * factor, 8);
  });
});

test('a node with 1000 users collects their cotangents without depth', async () => {
  const x = tensor([1, 2]);
  const users = (t: Tensor): Tensor => {
    const parts = Array.from({ length: 1000 }, (_, i) => t.mul(i));
    while (parts.length > 1) parts.push(parts.shift()!.add(parts.shift()!));
    return parts[0]!.sum();
  };
  expect(await grad(users)(x).array()).toEqual([499500, 499500]);
});
