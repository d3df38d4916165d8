import { expect, test } from 'vitest';
import { heap } from '../../../src/device/webasm/heap.ts';
import { memory, realize, setDevice, tensor } from '../../../src/index.ts';

test('a run that finds no room gives back what it had taken', async () => {
  await setDevice('webasm');
  const n = 100_000;
  const x = tensor(new Float32Array(n).fill(1));
  await realize(x.mul(2));
  const run = () => x.cumsum({ axis: 0 }).exp().sub(1).add(x.sum()).data();
  await run();
  // All of the heap but for the result.
  const held: [number, number][] = [];
  for (let size = 2 ** 31; size >= 2 ** 16; size /= 2)
    for (;;)
      try {
        held.push([heap().take(size), size]);
      } catch {
        break;
      }
  const giveLast = (): void => heap().give(...held.pop()!);
  try {
    while (heap().free < 4.2 * n) giveLast();
    const before = [heap().free, memory().bytes];
    for (let i = 0; i < 3; i++) await expect(run()).rejects.toThrow('bytes more are needed');
    expect([heap().free, memory().bytes]).toEqual(before);
  } finally {
    while (held.length > 0) giveLast();
  }
  expect((await run())[0]).toBeCloseTo(Math.exp(1) - 1 + n, 1);
});
