import { expect, test, vi } from 'vitest';
import { grad, realize, setDevice, tensor, type Tensor } from '../../src/index.ts';

const step = (w: Tensor): Tensor => w.sub(grad((v: Tensor) => v.tanh().square().sum())(w).mul(0.1));

test('a loop that never realises its weights is told so once, one that does is not', async () => {
  await setDevice('webasm');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  let w = tensor([1, 2]);
  for (let i = 0; i < 100; i++) {
    w = await realize(step(w));
    await w.sum().data();
  }
  expect(warn).not.toHaveBeenCalled();
  for (let i = 0; i < 60; i++) {
    w = step(w);
    await w.sum().data();
  }
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]![0]).toContain('await realize(');
  warn.mockRestore();
});
