import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  checkGrads,
  customVjp,
  fanOut,
  maximum,
  setDevice,
  stopGradient,
  sumLanes,
  tensor,
  type Tensor,
} from '../../src/index.ts';

beforeAll(async () => {
  await setDevice('reference');
});
afterAll(async () => {
  await setDevice('webasm');
});

const at = [tensor([-1.2, 0.4, 2.1])];
const cube = (x: Tensor): Tensor => x.mul(x).mul(x);

test('a function with right derivatives passes to the fourth order, in both modes', async () => {
  await checkGrads(cube, at, { order: 4 });
});

test('arguments and results may be trees, and sizes may be 0', async () => {
  const f = ({ a, b }: { a: Tensor; b: Tensor[] }, c: Tensor) => ({ y: a.mul(b[0]!), z: [c.sin(), b[1]!.sum()] });
  await checkGrads(f, [{ a: tensor([1, 2]), b: [tensor(3), tensor([], { shape: [0, 2] })] }, tensor(0.5)]);
});

test('a wrong first derivative is found, in the mode that has it', async () => {
  const wrong = customVjp(cube, (g: Tensor, _: Tensor, x: Tensor) => [g.mul(x).mul(x).mul(2.999)]);
  await expect(checkGrads(wrong, at, { modes: ['vjp'], order: 1 })).rejects.toThrow(
    /^checkGrads: vjp of order 1 gives \S+, differences give \S+; there is a fanOut or a customVjp inside/,
  );
});

test('a derivative that is right and does not know its own derivative is found at the second order', async () => {
  const once = customVjp(cube, (g: Tensor, _: Tensor, x: Tensor) => [g.mul(stopGradient(x.square().mul(3)))]);
  await checkGrads(once, at, { modes: ['vjp'], order: 1 });
  await expect(checkGrads(once, at, { modes: ['vjp'], order: 2 })).rejects.toThrow(/^checkGrads: vjp of order 2 gives/);
});

test('what stops gradients is found in both modes', async () => {
  for (const mode of ['vjp', 'jvp'] as const)
    await expect(checkGrads((x: Tensor) => stopGradient(x).mul(x), at, { modes: [mode] })).rejects.toThrow(
      `checkGrads: ${mode} of order 1 gives`,
    );
});

test('a kink within reach of the differences is found', async () => {
  await expect(checkGrads((x: Tensor) => maximum(x, 0.0005), [tensor([0])], { order: 1 })).rejects.toThrow(
    'differences',
  );
});

test('a fanOut with the sum passes', async () => {
  await checkGrads((x: Tensor) => fanOut(x, 3, sumLanes()).square().sum(), at);
});

test('bad options are errors that say what must hold', async () => {
  await expect(checkGrads(cube, at, { order: 0 })).rejects.toThrow(
    'checkGrads: order must be an integer from 1 to 10, got 0',
  );
  await expect(checkGrads(cube, at, { step: 0 })).rejects.toThrow('checkGrads: step must be a positive number, got 0');
  await expect(checkGrads(cube, at, { tolerance: NaN })).rejects.toThrow(
    'checkGrads: tolerance must be a positive number, got NaN',
  );
  await expect(checkGrads(cube, at, { modes: ['both'] as never })).rejects.toThrow(
    "checkGrads: modes must be 'vjp', 'jvp' or both, got 'both'",
  );
  await expect(checkGrads(cube, at, { orders: 3 } as never)).rejects.toThrow(
    'checkGrads: the options are order, tolerance, step, modes, got orders; did you mean order?',
  );
  await setDevice('webasm');
  await expect(checkGrads(cube, at)).rejects.toThrow(
    "checkGrads: differences need float64, so await setDevice('reference') first",
  );
  await setDevice('reference');
});
