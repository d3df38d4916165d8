import { expect, test } from 'vitest';
import '../../src/tensor/methods.ts';
import { arange, eye, full, linspace, ones, tensor, zeros } from '../../src/tensor/create.ts';
import { suiteOn, type DeviceName } from './settings.ts';

/** What tensors are made of, on a device. */
export function createSuite(name: DeviceName): void {
  suiteOn(name, 'create', (settings) => {
    test('tensor takes nested arrays, flat ones with a shape, typed arrays and numbers', async () => {
      expect(
        await tensor([
          [1, 2],
          [3, 4],
        ]).array(),
      ).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect(await tensor([1, 2, 3, 4], { shape: [2, 2] }).array()).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect(await tensor(Float32Array.of(1, 2)).array()).toEqual([1, 2]);
      expect(await tensor(3).array()).toBe(3);
      expect(tensor([[], []]).shape).toEqual([2, 0]);
      expect(await tensor([[], []]).array()).toEqual([[], []]);
      expect((await tensor([1]).data()).constructor).toBe(
        settings.device === 'reference' ? Float64Array : Float32Array,
      );
    });

    test('data is a copy: writing to it changes nothing', async () => {
      const source = Float64Array.of(1, 2);
      const x = tensor(source);
      source[0] = 9;
      (await x.data())[1] = 9;
      expect(await x.array()).toEqual([1, 2]);
    });

    test('zeros, ones, full and eye', async () => {
      expect(await zeros([2, 1]).array()).toEqual([[0], [0]]);
      expect(await ones([2]).array()).toEqual([1, 1]);
      expect(await full([2], 7).array()).toEqual([7, 7]);
      expect(await full([2, 2], tensor([1, 2])).array()).toEqual([
        [1, 2],
        [1, 2],
      ]);
      expect(await eye(2).array()).toEqual([
        [1, 0],
        [0, 1],
      ]);
      expect(await eye(1, 3).array()).toEqual([[1, 0, 0]]);
      expect(await zeros([0, 3]).array()).toEqual([]);
    });

    test('arange and linspace count', async () => {
      expect(await arange(4).array()).toEqual([0, 1, 2, 3]);
      expect(await arange(2, 7, 2).array()).toEqual([2, 4, 6]);
      expect(await arange(3, 0, -1).array()).toEqual([3, 2, 1]);
      expect(await arange(0).array()).toEqual([]);
      expect(await arange(5, 2).array()).toEqual([]);
      expect(await linspace(0, 1, 5).array()).toEqual([0, 0.25, 0.5, 0.75, 1]);
      const third = await linspace(0, 1, 4).data();
      expect([third[0], third[3]]).toEqual([0, 1]);
      expect(await linspace(2, 9, 1).array()).toEqual([2]);
      expect(await linspace(2, 9, 0).array()).toEqual([]);
    });
  });
}
