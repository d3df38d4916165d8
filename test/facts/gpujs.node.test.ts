import { describe, expect, inject, test } from 'vitest';
import { makeKernel, openGpu, type GpuDevice } from '../../src/device/gpujs.ts';
import { withWasmKernel } from '../../src/device/webasm/wasmKernel.ts';
import { translate } from '../../src/device/webasm/translate.ts';
import { factsOfAll, factsOfFours, factsOfIntegers, factsOfResident, factsOfTiles, numbers, opened } from './gpujs.ts';

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
  const source = 'function (a, s) { const i0 = Math.floor((this.thread.y) / 3); return a[this.thread.x + i0] * s; }';

  test('a kernel can be analysed without being built, and nothing of it stays', async () => {
    const gpu = await openGpu('webasm');
    const before = gpu.kernels.length;
    withWasmKernel(gpu, source, [8, 6], 1, 1, ({ argumentNames, functionBuilder }) => {
      expect(argumentNames).toEqual(['a', 's']);
      expect(functionBuilder.functionMap.kernel.getJsAST().body!.body!.map((s) => s.type)).toEqual([
        'VariableDeclaration',
        'ReturnStatement',
      ]);
    });
    expect(gpu.kernels.length).toBe(before);
  });

  test('what writes its instructions has the methods that are replaced or called', async () => {
    const names = `
      emitFunction emitVectorFunction vexprMember exprMember vGather emitFlatLoad vStoreOutput
      vexprBinary vRetireOrReturn exprBinary stmtVariableDeclaration vDeclareVarying vAnalyze vstatement
      emitIndex vEmitIndex emitClampScalarIndex setScalarLocal vSetVaryingScalar getVariableType enterLoop
      enterBlock enterIf exit brTo brIfTo vexprMask emitCondition vEmitByType vexprConditional`;
    withWasmKernel(await openGpu('webasm'), source, [8, 6], 1, 1, ({ functionBuilder }) => {
      const node = functionBuilder.functionMap.kernel as unknown as Record<string, unknown>;
      expect(
        names
          .trim()
          .split(/\s+/)
          .filter((name) => typeof node[name] !== 'function'),
      ).toEqual([]);
    });
  });

  test('variables that depend on this.thread.x alone are told apart from those that neighbours share', async () => {
    const text = 'function (a) { const v = this.thread.y; let t = 0; t = t + a[this.thread.x]; return t + v; }';
    withWasmKernel(await openGpu('webasm'), text, [8, 6], 1, 0, ({ functionBuilder }) => {
      const node = functionBuilder.functionMap.kernel;
      expect([...node.vAnalyze(node.getJsAST()).varying]).toEqual(['t']);
    });
  });

  test('a module imports the memory that it is told to', async () => {
    const limits = { initial: 3, maximum: 77, shared: true };
    const bytes = withWasmKernel(await openGpu('webasm'), source, [8, 6], 1, 1, (kernel) =>
      translate(kernel, [20], { inner: 8, rows: 6, quads: 1, strips: false }, limits),
    );
    const module = new WebAssembly.Module(bytes);
    const memory = (initial: number, maximum: number): WebAssembly.Memory =>
      new WebAssembly.Memory({ initial, maximum, shared: true });
    expect(() => new WebAssembly.Instance(module, { env: { memory: memory(2, 77) } })).toThrow(WebAssembly.LinkError);
    expect(() => new WebAssembly.Instance(module, { env: { memory: memory(3, 78) } })).toThrow(WebAssembly.LinkError);
    expect(() => new WebAssembly.Instance(module, { env: { memory: memory(3, 77) } })).not.toThrow();
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
