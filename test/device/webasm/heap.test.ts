import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heap } from '../../../src/device/webasm/heap.ts';
import { memory, ones, realize, setDevice } from '../../../src/index.ts';

test('blocks never overlap, begin at multiples of 16, and come back whole', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(), { maxLength: 60 }), (wanted, order) => {
      const held: { at: number; bytes: number }[] = wanted.map((bytes) => ({ at: heap().take(bytes), bytes }));
      for (const [i, n] of order.entries()) {
        // Some go, others come in their places.
        const gone = held.splice(n % held.length, 1)[0]!;
        heap().give(gone.at, gone.bytes);
        const bytes = (n * (i + 1)) % 7001;
        held.push({ at: heap().take(bytes), bytes });
        const sorted = [...held].sort((a, b) => a.at - b.at);
        sorted.forEach(({ at, bytes }, k) => {
          expect(at % 16).toBe(0);
          const next = sorted[k + 1];
          if (next) expect(at + bytes).toBeLessThanOrEqual(next.at);
        });
      }
      held.forEach(({ at, bytes }) => heap().give(at, bytes));
    }),
    { numRuns: 40 },
  );
});

test('what was given back is taken again before the memory grows', () => {
  const before = heap().memory.buffer.byteLength;
  for (let i = 0; i < 200; i++) {
    const blocks = [1e5, 2e5, 3e5].map((bytes) => ({ at: heap().take(bytes), bytes }));
    blocks.reverse().forEach(({ at, bytes }) => heap().give(at, bytes));
  }
  expect(heap().memory.buffer.byteLength).toBe(before);
});

test('it grows as needed, what was in it stays, and what no memory holds is an error that says so', () => {
  const at = heap().take(64);
  heap().floats[at / 4] = 7;
  const size = heap().memory.buffer.byteLength;
  const large = heap().take(size + 1);
  expect(heap().floats.length * 4).toBeGreaterThan(large + size);
  expect(heap().floats[at / 4]).toBe(7);
  heap().give(large, size + 1);
  heap().give(at, 64);
  expect(() => heap().take(2 ** 33)).toThrow('webasm: 8589934592 bytes more are needed, but');
});

test('results that nobody disposes of are collected, as though their numbers lay on the host', async () => {
  await setDevice('webasm');
  const x = await realize(ones([2 ** 18]));
  let most = 0;
  for (let i = 0; i < 1000; i++) {
    await realize(x.add(i));
    most = Math.max(most, memory().buffers);
    if (i % 20 === 0) await new Promise((done) => setTimeout(done));
  }
  expect(most).toBeLessThan(900);
});
