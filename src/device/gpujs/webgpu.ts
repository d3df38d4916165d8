import { installDawn, noAdapter } from '../host/node.ts';
import type { Device } from './device.ts';
import { shader } from './dialect.ts';
import { loadGpujs, mostReturned, type GpuKernel, type Handle } from './gpujs.ts';
import { elementsOf, tile, type Layout } from './layout.ts';

/**
 * Declares variables that gpu.js takes for integers in shaders: it does so for a variable that
 * begins as a dimension and is incremented somewhere. A floating-point index would be converted at
 * each read.
 */
function wholeNumbers(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const declared = names.map((name) => `let ${name} = this.output.x;`);
  return [...declared, `if (this.thread.x < 0) { ${names.map((name) => `${name}++;`).join(' ')} }`];
}

/**
 * Changes a kernel so that each thread may return several times: once for each row of its tile,
 * with four adjacent elements. gpu.js translates a return into statements that write four elements
 * at the thread's place and end the thread; here only the place changes, and the thread goes on.
 */
export function returnRows({ kernel }: GpuKernel, layout: Layout): void {
  if (layout.rows === 1) return;
  const across = layout.row / mostReturned;
  const above = `data_index / ${across} * ${(layout.rows - 1) * across}`;
  const translate = kernel.translateSource.bind(kernel);
  kernel.translateSource = () => {
    translate();
    const rows = kernel.translatedBody.split('return;');
    kernel.translatedBody = rows
      .map((r, i) => r.replaceAll('data_index', `(data_index + ${above} + ${i * across})`))
      .join('');
    kernel.componentCount = elementsOf(layout);
  };
}

/** Returns a handle that reads a result of vec4s as single elements. They lie in the same order. */
export const inNumbers = (fours: Handle, size: number): Handle =>
  Object.assign(Object.create(fours) as Handle, { type: fours.type, componentCount: 1, output: [size] });

type AdapterInfo = Readonly<Record<string, unknown>>;

async function renderer(): Promise<string> {
  const { gpu } = navigator as unknown as { gpu: { requestAdapter(): Promise<AdapterInfo | null> } };
  const adapter = await gpu.requestAdapter();
  const info = (adapter?.info ?? adapter) as AdapterInfo | null;
  if (!info || adapter?.isFallbackAdapter || info.isFallbackAdapter) return '';
  return [info.vendor, info.architecture, info.device, info.description].join(' ');
}

export const webgpu: Device = {
  name: 'webgpu',
  kernelClass: 'WebGPUKernel',
  settings: { pipeline: true },
  dialect: { ...shader('webgpu'), integers: wholeNumbers },
  async begin() {
    await installDawn();
    if (!(await (await loadGpujs()).GPU.isWebGPUAvailable())) throw new Error(noAdapter);
  },
  renderer,
  threads: (root, isBuffer, isProduct) => (isProduct ? tile(root, isBuffer) : undefined),
  adapt: returnRows,
  held: (result, { size, layout }) => (elementsOf(layout) > 1 ? inNumbers(result, size) : result),
};
