import { expect, test } from 'vitest';
import { checkSize, limitTo } from '../../src/device/limits.ts';

test('a GPU whose textures are narrow has room for as many numbers as one of them holds', () => {
  limitTo('webgl2', 2048 ** 2);
  expect(checkSize('zeros', [2048, 2048], 'webgl2')).toEqual([2048, 2048]);
  expect(() => checkSize('zeros', [2049, 2048], 'webgl2')).toThrow(
    'zeros: a tensor must have at most 4194304 elements on webgl2, got shape [2049, 2048]; use fewer',
  );
  expect(checkSize('zeros', [4096, 4096], 'webgpu')).toEqual([4096, 4096]);
  expect(() => checkSize('zeros', [4096, 4097], 'webgpu')).toThrow('at most 16777216 elements on webgpu');
});
