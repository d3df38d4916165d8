import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { heap } from '../../../src/device/webasm/heap.ts';
import { instantiate } from '../../../src/device/webasm/module.ts';
import { parallel, threads } from '../../../src/device/webasm/threads.ts';
import { add, get, integer, load32, localsOf, moduleOf, set, type Wasm } from '../../../src/device/webasm/assembler.ts';

const store32: Wasm = [0x36, 2, 0];
const drop: Wasm = [0x1a];

/** Adds its second argument to the integer at its first. */
const adder = (): ReturnType<typeof instantiate> => {
  return instantiate(
    moduleOf(heap().sharedPages, 2, localsOf(1, 0), [
      [...get(0), ...load32(0), ...get(1), ...add, ...set(2)],
      [...get(0), ...get(2), ...store32],
      [...integer(0), ...drop],
    ]),
  );
};

test('every part is done once, whoever does it, as often as one asks', async () => {
  const routine = adder();
  const count = 32;
  const at = heap().take(64 * count);
  heap().integers.fill(0, at / 4, at / 4 + 16 * count);
  expect(threads()).toBeGreaterThanOrEqual(1);
  for (let round = 1; round <= 300; round++) {
    parallel(
      Array.from({ length: count }, (_, i) => [
        { routine, args: [at + 64 * i, i + 1] },
        { routine, args: [at + 64 * i, 1] },
      ]),
    );
    // Workers come up meanwhile: rounds with and without them.
    if (round % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (let i = 0; i < count; i++) expect(heap().integers[at / 4 + 16 * i]).toBe(300 * (i + 2));
  heap().give(at, 64 * count);
});

test('a failure is an error where the work was asked for', () => {
  const routine = adder();
  const { length } = heap().floats;
  expect(() => parallel(Array.from({ length: 8 }, () => [{ routine, args: [4 * length, 1] }]))).toThrow();
  // And nothing is left behind.
  const at = heap().take(64);
  heap().integers[at / 4] = 0;
  parallel([[{ routine, args: [at, 5] }], [{ routine, args: [at + 16, 5] }]]);
  expect(heap().integers[at / 4]).toBe(5);
  heap().give(at, 64);
});

test('a routine that is gone leaves no binary in the heap', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const at = heap().take(64);
  const useMany = async (): Promise<void> => {
    for (let i = 0; i < 400; i++) {
      const routine = adder();
      parallel([[{ routine, args: [at, 1] }], [{ routine, args: [at + 16, 1] }]]);
    }
    for (let i = 0; i < 5; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await useMany();
  const before = heap().free;
  await useMany();
  expect(Math.abs(heap().free - before)).toBeLessThan(64 * 20);
  heap().give(at, 64);
});
