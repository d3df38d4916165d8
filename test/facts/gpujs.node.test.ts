import { describe, expect, inject, test } from 'vitest';
import { makeKernel, openGpu, type GpuDevice } from '../../src/device/gpujs.ts';
import { factsOfAll, factsOfResident, numbers, opened } from './gpujs.ts';

const devices = inject('nodeDevices').filter((name) => name !== 'reference') as GpuDevice[];
describe.each(devices)('gpu.js on %s', (device) => {
  factsOfAll(device);
  if (device !== 'cpu' && device !== 'webasm') factsOfResident(device);
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

describe('gpu.js on webasm', () => {
  const plusOne = 'function (a, s) { return a[this.thread.x] + s; }';

  test('a pipeline without threads runs fused, and its results are copies', async () => {
    const gpu = await openGpu('webasm');
    const kernel = makeKernel(gpu, 'webasm', plusOne, 4, ['Array'], 1);
    const pipeline = gpu.createPipeline((a, s) => [kernel(kernel(a, s), s)], { threads: false });
    const [first] = await pipeline(Float32Array.of(1, 2, 3, 4), 1);
    const [second] = await pipeline(Float32Array.of(5, 6, 7, 8), 10);
    expect(pipeline.executorKind).toBe('fused-sync');
    expect([...first!]).toEqual([3, 4, 5, 6]);
    expect([...second!]).toEqual([25, 26, 27, 28]);
    expect(first!.byteLength).toBe(first!.buffer.byteLength);
    await pipeline.destroy();
    kernel.destroy();
  });

  test('the length of the function says how many handles it gets', async () => {
    const gpu = await openGpu('webasm');
    const kernel = makeKernel(gpu, 'webasm', plusOne, 4, ['Array'], 1);
    const seen: number[] = [];
    const orchestrate = (...handles: unknown[]): unknown[] => {
      seen.push(handles.length);
      return [kernel(handles[0], handles[1])];
    };
    Object.defineProperty(orchestrate, 'length', { value: 2 });
    const pipeline = gpu.createPipeline(orchestrate, { threads: false });
    const [result] = await pipeline(Float32Array.of(1, 2, 3, 4), 1);
    expect([...result!]).toEqual([2, 3, 4, 5]);
    expect(seen).toEqual([2]);
    await pipeline.destroy();
    kernel.destroy();
  });

  test('an array with a delete of its own kind is taken as it is, not copied first', async () => {
    let copies = 0;
    class Watched extends Float32Array {
      delete(): void {}
      override slice(...args: [number?, number?]): Float32Array<ArrayBuffer> {
        copies++;
        return super.slice(...args);
      }
    }
    const gpu = await openGpu('webasm');
    const kernel = makeKernel(gpu, 'webasm', plusOne, 4, ['Array'], 1);
    const pipeline = gpu.createPipeline((a, s) => [kernel(a, s)], { threads: false });
    const [result] = await pipeline(new Watched([1, 2, 3, 4]), 1);
    expect([...result!]).toEqual([2, 3, 4, 5]);
    expect(copies).toBe(0);
    expect(pipeline.executorKind).toBe('fused-sync');
    await pipeline.destroy();
    kernel.destroy();
  });

  test('threads engage on their own from thousands of cells on, with the same numbers', async () => {
    const gpu = await openGpu('webasm');
    const n = 65536;
    const kernel = makeKernel(gpu, 'webasm', 'function (a) { return a[this.thread.x] * 0.1 + 1; }', n, ['Array'], 0);
    const data = Float32Array.from({ length: n }, (_, i) => i);
    const results = [];
    for (const threads of [false, true]) {
      const pipeline = gpu.createPipeline((a) => [kernel(a)], { threads });
      results.push((await pipeline(data))[0]!);
      expect(pipeline.executorKind).toBe(threads ? 'fused-threaded' : 'fused-sync');
      await pipeline.destroy();
    }
    expect(results[1]).toEqual(results[0]);
    kernel.destroy();
  });

  test('a plan that cannot be fused says so and says why', async () => {
    const gpu = await openGpu('webasm');
    const pair = gpu.createKernel('function (a) { return [a[this.thread.x], 1]; }', { output: [4] });
    const sum = gpu.createKernel('function (a) { return a[this.thread.x][0] + a[this.thread.x][1]; }', {
      output: [4],
    });
    const pipeline = gpu.createPipeline((a) => [sum(pair(a))], { threads: false });
    await pipeline(Float32Array.of(1, 2, 3, 4));
    expect(pipeline.executorKind).toBe('generic');
    expect(pipeline.fallbackReason).toContain('Array');
    await pipeline.destroy();
  });

  test('what starts as this.output.x and is once incremented is an integer: exact beyond 2^24', async () => {
    const gpu = await openGpu('webasm');
    const far = 2 ** 24 + 1;
    const data = new Float32Array(far + 3);
    data.set([7, 8, 9], far);
    const source = `function (a) {
      let p = this.output.x;
      if (this.thread.y < 0) { p++; }
      p = this.thread.x + ${far};
      return a[p];
    }`;
    const kernel = makeKernel(gpu, 'webasm', source, 3, ['Array'], 0);
    expect(await numbers(kernel(data))).toEqual([7, 8, 9]);
    kernel.destroy();
  });

  test('the binary of a kernel can be had after a run', async () => {
    const kernel = makeKernel(await openGpu('webasm'), 'webasm', plusOne, 4, ['Array'], 1);
    kernel(Float32Array.of(1, 2, 3, 4), 1);
    expect(Array.from(kernel.kernel._active!.bytes.slice(0, 4))).toEqual([0, 0x61, 0x73, 0x6d]);
    kernel.destroy();
  });
});

describe('gpu.js on webgpu', () => {
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
