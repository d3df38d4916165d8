import { expect, test } from 'vitest';
import { grad, hessian, jacfwd, jvp, setDevice, tensor, vjp, vmap, type Tensor } from '../../src/index.ts';

await setDevice('reference');

/**
 * Siskind and Pearlmutter's: d/dx (x · d/dy (x + y)) is 1; confusing the two derivatives gives 2.
 */
test('an inner derivative does not see what an outer one moves', async () => {
  const d = (f: (x: Tensor) => Tensor) => (x: Tensor) => jvp(f, [x], [tensor(1)])[1];
  const reverse = grad((x) => x.mul(grad((y) => x.add(y))(1)))(1);
  const forward = d((x) => x.mul(d((y) => x.add(y))(tensor(1))))(tensor(1));
  const forwardOverReverse = d((x) => x.mul(grad((y) => x.add(y))(tensor(1))))(tensor(1));
  const reverseOverForward = grad((x) => x.mul(d((y) => x.add(y))(tensor(1))))(1);
  for (const t of [reverse, forward, forwardOverReverse, reverseOverForward]) expect(await t.item()).toBe(1);
});

test('a closure over the argument itself is another thing than the argument', async () => {
  const x = tensor(3);
  expect(await grad((y) => y.mul(x))(x).item()).toBe(3);
  expect(await jvp((y) => y.mul(x), [x], [1])[1].item()).toBe(3);
  expect(await vjp((y: Tensor) => y.mul(x), x)[1](1)[0].item()).toBe(3);
  // d/dx [ d/dy (x y²) at y = x ] = d/dx 2x² = 4x
  expect(await grad((z) => grad((y) => z.mul(y.square()))(z))(x).item()).toBe(12);
});

test('levels stay apart inside vmap and between modes', async () => {
  const xs = tensor([1, 2, 3]);
  const g = vmap((x: Tensor) => grad((z) => z.mul(grad((y) => z.mul(y.square()))(z)))(x))(xs);
  // z · 2 z · z = 2z³, whose derivative is 6z²
  expect(await g.array()).toEqual([6, 24, 54]);
  expect(await jacfwd((x) => grad((y) => y.pow(3).mul(x))(x))(2).item()).toBe(36);
  expect(await hessian((x) => grad((y) => y.square().mul(x))(x).mul(x))(2).item()).toBeCloseTo(24, 10);
});
