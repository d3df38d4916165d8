import { afterAll, expect, test } from 'vitest';
import { checkSize, limitTo } from '../../src/device/limits.ts';
import { oneHot, ones, setDevice, tensor } from '../../src/index.ts';

afterAll(() => setDevice('webasm'));

test('a GPU whose textures are narrow has room for as many numbers as one of them holds', () => {
  limitTo('webgl2', 2048 ** 2);
  expect(checkSize('zeros', [2048, 2048], 'webgl2')).toEqual([2048, 2048]);
  expect(() => checkSize('zeros', [2049, 2048], 'webgl2')).toThrow(
    'zeros: a tensor must have at most 4194304 elements on webgl2, got shape [2049, 2048]; use fewer',
  );
  expect(checkSize('zeros', [4096, 4096], 'webgpu')).toEqual([4096, 4096]);
  expect(() => checkSize('zeros', [4096, 4097], 'webgpu')).toThrow('at most 16777216 elements on webgpu');
});

test('reference refuses what is too large where it would be stored, and names the operation', async () => {
  await setDevice('reference');
  const table = ones([65536, 1]).add(ones([1, 65536]));
  const size = 'a tensor must have at most 536870912 elements on reference, got shape [65536, 65536]';
  await expect(table.data()).rejects.toThrow(`add: ${size}`);
  await expect(table.sum().item()).rejects.toThrow(`add: ${size}`);
  expect(() => ones([65536, 1]).broadcastTo([65536, 65536])).toThrow(`broadcastTo: ${size}`);
});

test('a broadcast that webasm cannot hold is called so, where no other operation is left of it', async () => {
  await setDevice('webasm');
  const [column, row] = [ones([65536, 1]), ones([1, 65536])];
  const counted = tensor(new Float32Array(65536).map((_, i) => i));
  const size = 'a tensor must have at most 536870912 elements on webasm, got shape [65536, 65536]';
  await expect(counted.reshape([65536, 1]).add(counted).data()).rejects.toThrow(`add: ${size}`);
  await expect(column.mul(row).data()).rejects.toThrow(`broadcastTo: ${size}`);
});

test('what is too large on every device is told by its size, before a limit that another device has not', async () => {
  await setDevice('webasm');
  expect(() => oneHot(tensor([1]), 2 ** 33)).toThrow('oneHot: a tensor must have at most 536870912 elements on webasm');
  expect(() => oneHot(tensor([1]), 2 ** 25)).toThrow('oneHot: the axis must have at most 16777216 places');
});
