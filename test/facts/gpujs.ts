import { expect, inject, test } from 'vitest';
import { Gpu, loadGpujs, type GpuName, type Handle } from '../../src/device/gpujs/gpujs.ts';
import { inNumbers, returnRows } from '../../src/device/gpujs/webgpu.ts';
import { gpuDevices, openGpu } from '../support/openGpu.ts';

/**
 * One test for each fact about gpu.js that src/device relies on; an upgrade of gpu.js starts here.
 */

/** The GPU object of a device, or a skip where it does not answer and need not. */
export async function opened(device: GpuName, skip: (note: string) => never): Promise<Gpu> {
  try {
    return await openGpu(device);
  } catch (error) {
    if (inject('requireShaders')) throw error;
    return skip(`${device} does not answer here: ${(error as Error).message}`);
  }
}

/** The numbers that a kernel gave, wherever they are. */
export async function numbers(result: unknown): Promise<number[]> {
  const settled = (await result) as Float32Array | Handle;
  return [...(settled instanceof Float32Array ? settled : await settled.toArray())];
}

const floats = (...values: number[]): Float32Array => Float32Array.from(values);

/** What holds on every device. */
export function factsOfAll(device: GpuName): void {
  test('a kernel may be a string, reads flat arrays and gives a flat result', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const kernel = gpu.make('function (a, b) { return a[this.thread.x] + b[1]; }', 3);
    expect(await numbers(kernel(floats(1, 2, 3), floats(10, 20)))).toEqual([21, 22, 23]);
    kernel.destroy();
  });

  test('the class of a kernel tells which backend ran', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const kernel = gpu.make('function (a) { return a[this.thread.x]; }', 1);
    await kernel(floats(1));
    expect(() => gpu.check(kernel)).not.toThrow();
    const other = new Gpu(await loadGpujs(), {
      ...gpuDevices.cpu,
      kernelClass: device === 'cpu' ? 'WebGPUKernel' : 'CPUKernel',
    });
    expect(() => other.check(kernel)).toThrow('gpu.js ran another backend');
    kernel.destroy();
  });

  test('a second call leaves the result of the first as it was', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const kernel = gpu.make('function (a) { return a[this.thread.x] * 2; }', 2);
    const first = await kernel(floats(1, 2));
    const second = await kernel(floats(5, 6));
    expect(await numbers(first)).toEqual([2, 4]);
    expect(await numbers(second)).toEqual([10, 12]);
    kernel.destroy();
  });

  test('a loop runs past a thousand turns, gpu.js’s own limit', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const source = 'function (n) { let t = 0; for (let i = 0; i < n; i++) { t = t + 1; } return t + this.thread.x; }';
    const kernel = gpu.make(source, 1);
    expect(await numbers(kernel(5000))).toEqual([5000]);
    kernel.destroy();
  });

  test('numbers passed as Float arrive whole, infinite or not a number', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const kernel = gpu.make('function (s) { return this.thread.x < 0.5 ? s : 0 - s; }', 2);
    expect(await numbers(kernel(2))).toEqual([2, -2]);
    expect(await numbers(kernel(0.1))).toEqual([Math.fround(0.1), -Math.fround(0.1)]);
    expect(await numbers(kernel(Infinity))).toEqual([Infinity, -Infinity]);
    expect(await numbers(kernel(NaN))).toEqual([NaN, NaN]);
    kernel.destroy();
  });

  test('seven arrays fit into a kernel', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const source = `function (${names.join(', ')}) { return ${names.map((name) => `${name}[this.thread.x]`).join(' + ')}; }`;
    const kernel = gpu.make(source, 2);
    const result = kernel(...names.map((_, i) => floats(2 ** i, 1)));
    expect(await numbers(result)).toEqual([127, 7]);
    kernel.destroy();
  });

  test('a NaN differs from itself in the form !(x === x)', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const kernel = gpu.make('function (a) { return a[this.thread.x] === a[this.thread.x] ? 1 : 0; }', 2);
    expect(await numbers(kernel(floats(NaN, 1)))).toEqual([0, 1]);
    kernel.destroy();
  });
}

/** What holds on the devices that keep results to themselves. */
export function factsOfResident(device: GpuName): void {
  test('a result can feed the next kernel without being read', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const first = gpu.make('function (a) { return a[this.thread.x] + 1; }', 3);
    const handle = (await first(floats(1, 2, 3))) as Handle;
    const second = gpu.make('function (a) { return a[2 - this.thread.x] * 10; }', 3);
    expect(await numbers(second(handle))).toEqual([40, 30, 20]);
    expect(await numbers(handle)).toEqual([2, 3, 4]);
    handle.delete();
    first.destroy();
    second.destroy();
  });

  test('the generated shader can be shown after a run', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const kernel = gpu.make('function (a) { return a[this.thread.x] * 3; }', 1);
    await kernel(floats(1));
    expect(kernel.kernel.compiledSource ?? kernel.kernel.compiledFragmentShader).toContain('main');
    kernel.destroy();
  });

  test.for([3, 7, 28, 1000])('below 2^19, floor((i + 0.5) / %i) is the exact quotient', async (k, { skip }) => {
    const gpu = await opened(device, skip);
    const n = 2 ** 19;
    const kernel = gpu.make(`function (s) { return Math.floor((this.thread.x + 0.5) / ${k}) + s; }`, n);
    const wrong = (await numbers(kernel(0))).findIndex((q, i) => q !== Math.floor(i / k));
    expect(wrong).toBe(-1);
    kernel.destroy();
  });

  test.for([3, 7, 1000])(
    'below 2^24, the quotient by %i is exact once its remainder corrects it',
    async (k, { skip }) => {
      const gpu = await opened(device, skip);
      const n = 2 ** 18;
      const from = 2 ** 24 - n;
      const source = `function (s) {
      const i = this.thread.x + s;
      const q = Math.floor(i / ${k});
      const r = i - q * ${k};
      return r < 0 ? q - 1 : (r >= ${k} ? q + 1 : q);
    }`;
      const kernel = gpu.make(source, n);
      const wrong = (await numbers(kernel(from))).findIndex((q, i) => q !== Math.floor((i + from) / k));
      expect(wrong).toBe(-1);
      kernel.destroy();
    },
  );
}

/** What holds where a thread computes four numbers. */
export function factsOfFours(device: GpuName): void {
  test('four numbers that a thread returns lie where single ones would', async ({ skip }) => {
    const gpu = await opened(device, skip);
    const source = 'function (a) { const v = a[this.thread.x]; return [v, v + 1, v + 2, v + 3]; }';
    const kernel = gpu.make(source, 2);
    const fours = (await kernel(floats(1, 11))) as Handle;
    const flat = device === 'webgpu' ? await inNumbers(fours, 8).toArray() : fours.renderValues!();
    expect([...flat].slice(0, 8)).toEqual([1, 2, 3, 4, 11, 12, 13, 14]);
    fours.delete();
    kernel.destroy();
  });
}

/** What holds on webgpu, where a thread may return several times. */
export function factsOfTiles(): void {
  test('a thread may return several times, each time the next row of a tile', async ({ skip }) => {
    const gpu = await opened('webgpu', skip);
    const source = `function (a) {
      const v = a[this.thread.x];
      return [v, v + 1, v + 2, v + 3];
      return [-v, -v - 1, -v - 2, -v - 3];
    }`;
    const kernel = gpu.make(source, 4);
    returnRows(kernel, { across: 4, rows: 2, row: 8 });
    const tiles = (await kernel(floats(1, 11, 21, 31))) as Handle;
    expect(await numbers(inNumbers(tiles, 32))).toEqual(
      [1, 21].flatMap((v) => [1, -1].flatMap((sign) => [0, 1, 2, 3, 10, 11, 12, 13].map((i) => sign * (v + i)))),
    );
    tiles.delete();
    kernel.destroy();
  });
}

/** What holds on webgl2, where four numbers lie in a texel. */
export function factsOfTexels(): void {
  test('a kernel reads the four numbers of a texel at once', async ({ skip }) => {
    const gpu = await opened('webgl2', skip);
    const four = 'function (a) { const i = this.thread.x * 4; return [a[i], a[i + 1], a[i + 2], a[i + 3]]; }';
    const first = gpu.make(four, 2);
    const fours = (await first(floats(1, 2, 3, 4, 5, 6, 7, 8))) as Handle;
    expect(fours.type).toBe('ArrayTexture(4)');
    const sums = 'function (a) { const v = a[this.thread.x]; return v[0] * 1000 + v[1] * 100 + v[2] * 10 + v[3]; }';
    const second = gpu.make(sums, 2);
    expect(await numbers(second(fours))).toEqual([1234, 5678]);
    fours.delete();
    first.destroy();
    second.destroy();
  });
}

/**
 * What holds on webgpu: what starts as a dimension and is counted up somewhere is an integer,
 * though a quotient is put into it.
 */
export function factsOfIntegers(): void {
  test('a variable that starts as a dimension and is counted up is an integer', async ({ skip }) => {
    const gpu = await opened('webgpu', skip);
    const source = `function (a) {
      let p = this.output.x;
      if (this.thread.x < 0) { p++; }
      const i = Math.floor(this.thread.x / 2);
      p = i * 2;
      return a[p + 1];
    }`;
    const kernel = gpu.make(source, 4);
    expect(await numbers(kernel(floats(1, 2, 3, 4)))).toEqual([2, 2, 4, 4]);
    expect(kernel.kernel.compiledSource).toMatch(/user_p : i32/);
    kernel.destroy();
  });
}
