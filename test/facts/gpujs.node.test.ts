import { describe, expect, inject, test } from 'vitest';
import { makeKernel, openGpu, type GpuDevice } from '../../src/device/gpujs/gpujs.ts';
import { factsOfAll, factsOfFours, factsOfIntegers, factsOfResident, factsOfTiles, numbers, opened } from './gpujs.ts';

const devices = inject('nodeDevices').filter((name) => !['reference', 'webasm'].includes(name)) as GpuDevice[];
describe.each(devices)('gpu.js on %s', (device) => {
  factsOfAll(device);
  if (device !== 'cpu') factsOfResident(device);
});

describe('gpu.js on cpu', () => {
  test('a destroyed kernel stays in gpu.kernels until it is taken out', async () => {
    const gpu = await openGpu('cpu');
    const kernel = makeKernel(gpu, 'cpu', 'function (a) { return a[this.thread.x]; }', 1, ['Array'], 0);
    kernel(Float32Array.of(1));
    kernel.destroy();
    expect(gpu.kernels.indexOf(kernel.kernel)).toBeGreaterThanOrEqual(0);
    gpu.kernels.splice(gpu.kernels.indexOf(kernel.kernel), 1);
  });

  test('the text of a kernel can be shown after a run', async () => {
    const kernel = makeKernel(
      await openGpu('cpu'),
      'cpu',
      'function (a) { return a[this.thread.x] * 3; }',
      1,
      ['Array'],
      0,
    );
    kernel(Float32Array.of(1));
    expect(kernel.kernel.kernelString).toMatch(/\*\s*3/);
  });
});

describe('gpu.js on webgpu', () => {
  factsOfFours('webgpu');
  factsOfIntegers();
  factsOfTiles();

  test('eight arrays are one too many: hence seven at most', async ({ skip }) => {
    const gpu = await opened('webgpu', skip);
    const names = Array.from('abcdefgh');
    const source = `function (${names.join(', ')}) { return ${names.map((name) => `${name}[this.thread.x]`).join(' + ')}; }`;
    const kernel = makeKernel(
      gpu,
      'webgpu',
      source,
      1,
      names.map(() => 'Array'),
      0,
    );
    await expect((async () => numbers(kernel(...names.map(() => Float32Array.of(1)))))()).rejects.toThrow();
  });

  test('a result longer than one row of workgroups comes back whole', async ({ skip }) => {
    const gpu = await opened('webgpu', skip);
    const n = 65535 * 64 + 100;
    const kernel = makeKernel(gpu, 'webgpu', 'function (s) { return this.thread.x + s; }', n, [], 1);
    const result = await numbers(kernel(0));
    expect([result.length, result[n - 1], result.findIndex((x, i) => x !== i)]).toEqual([n, n - 1, -1]);
    kernel.destroy();
  });
});
