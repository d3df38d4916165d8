import { describe, expect, inject, test } from 'vitest';
import { loadGpujs, type GpuName } from '../../src/device/gpujs/gpujs.ts';
import { openGpu } from '../support/openGpu.ts';
import { factsOfAll, factsOfFours, factsOfIntegers, factsOfResident, factsOfTiles, numbers, opened } from './gpujs.ts';

const devices = inject('nodeDevices').filter((name) => !['reference', 'webasm'].includes(name)) as GpuName[];
describe.each(devices)('gpu.js on %s', (device) => {
  factsOfAll(device);
  if (device !== 'cpu') factsOfResident(device);
});

describe('gpu.js on cpu', () => {
  test('a destroyed kernel stays in gpu.kernels until it is taken out', async () => {
    const { GPU } = await loadGpujs();
    const gpu = new GPU({ mode: 'cpu' });
    const kernel = gpu.createKernel('function (a) { return a[this.thread.x]; }', { output: [1] });
    await kernel(Float32Array.of(1));
    kernel.destroy();
    expect(gpu.kernels.indexOf(kernel.kernel)).toBeGreaterThanOrEqual(0);
    gpu.kernels.splice(gpu.kernels.indexOf(kernel.kernel), 1);
  });

  test('the text of a kernel can be shown after a run', async () => {
    const kernel = (await openGpu('cpu')).make('function (a) { return a[this.thread.x] * 3; }', 1);
    await kernel(Float32Array.of(1));
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
    const kernel = gpu.make(source, 1);
    await expect((async () => numbers(kernel(...names.map(() => Float32Array.of(1)))))()).rejects.toThrow();
  });

  test('a result longer than one row of workgroups comes back whole', async ({ skip }) => {
    const gpu = await opened('webgpu', skip);
    const n = 65535 * 64 + 100;
    const kernel = gpu.make('function (s) { return this.thread.x + s; }', n);
    const result = await numbers(kernel(0));
    expect([result.length, result[n - 1], result.findIndex((x, i) => x !== i)]).toEqual([n, n - 1, -1]);
    kernel.destroy();
  });
});
