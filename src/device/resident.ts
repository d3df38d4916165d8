import type { HostArray } from '../graph/node.ts';
import type { KernelStep, Ref } from './compile.ts';
import { checkResult, float32, lastUses, numbersFor, type Executor, type Runnable } from './executor.ts';
import { checkClass, makeKernel, type Gpu, type GpuDevice, type GpuKernel, type Handle } from './gpujs.ts';
import { track } from './memory.ts';
import { Held, HostStorage, type SettledStorage } from './storage.ts';

/** Values that stay on a GPU until they are read. */
class HandleStorage extends Held {
  readonly device: GpuDevice;
  readonly bytes: number;
  readonly handle: Handle;
  readonly #untrack: () => void;
  #host: Float32Array | undefined;

  constructor(device: GpuDevice, handle: Handle, size: number) {
    super();
    this.device = device;
    this.handle = handle;
    this.bytes = size * 4;
    this.#untrack = track(this, this.bytes, () => handle.delete());
  }

  async read(): Promise<HostArray> {
    return (this.#host ??= await this.handle.toArray());
  }

  readSync(): HostArray {
    if (this.#host) return this.#host;
    const data = this.device === 'webgpu' ? undefined : this.handle.toArray();
    if (!(data instanceof Float32Array))
      throw new Error(`dataSync: ${this.device} reads back asynchronously; use await t.data()`);
    return (this.#host = data);
  }

  peek(): HostArray | undefined {
    return this.#host;
  }

  protected free(): void {
    this.#host = undefined;
    this.#untrack();
  }
}

/** GPUs: kernels one after the other, their results staying where they are. */
export function resident(gpu: Gpu, device: GpuDevice): Executor {
  const uploads = new Map<number, GpuKernel>();

  /** gpu.js has no call that only uploads: a kernel that copies does it. */
  async function upload(data: Float32Array): Promise<Handle> {
    let kernel = uploads.get(data.length);
    if (!kernel) {
      kernel = makeKernel(gpu, device, 'function (a) { return a[this.thread.x]; }', data.length, ['Array'], 0);
      uploads.set(data.length, kernel);
    }
    const handle = (await kernel(data)) as Handle;
    checkClass(device, kernel);
    return handle;
  }

  async function handleOf(storage: SettledStorage): Promise<Handle> {
    if (storage instanceof HandleStorage && storage.device === device) return storage.handle;
    if (storage.resident?.device === device) return storage.resident.handle as Handle;
    const handle = await upload(float32(await storage.read()));
    if (storage.resident?.device === device) {
      // Another run was faster.
      handle.delete();
      return storage.resident.handle as Handle;
    }
    storage.resident?.free();
    storage.resident = { device, handle, free: track(storage, storage.bytes, () => handle.delete()) };
    return handle;
  }

  return {
    prepare(plan) {
      const kernels = new Map<string, GpuKernel>();
      const dead = lastUses(plan);
      const kernelOf = (step: KernelStep, inputs: readonly Handle[]): GpuKernel => {
        const types = inputs.map((h) => (device === 'webgpu' ? 'Array' : h.type));
        const key = `${step.size};${types.join()};${step.source}`;
        let kernel = kernels.get(key);
        if (!kernel)
          kernels.set(key, (kernel = makeKernel(gpu, device, step.source, step.size, types, step.scalars.length)));
        return kernel;
      };

      const runnable: Runnable = {
        async run(leaves, scalars) {
          const results = new Map<number, Handle | Float32Array>();
          const uploaded: Handle[] = [];
          const asHandle = async (ref: Ref): Promise<Handle> => {
            if ('leaf' in ref) return handleOf(leaves[ref.leaf]!);
            const value = results.get(ref.step)!;
            if (!(value instanceof Float32Array)) return value;
            const handle = await upload(value);
            uploaded.push(handle);
            return handle;
          };
          const asArray = async (ref: Ref): Promise<HostArray> => {
            if ('leaf' in ref) return leaves[ref.leaf]!.read();
            const value = results.get(ref.step)!;
            return value instanceof Float32Array ? value : value.toArray();
          };
          try {
            for (const [i, step] of plan.steps.entries()) {
              if (step.kind === 'host') {
                const inputs = await Promise.all(step.inputs.map(asArray));
                results.set(i, checkResult(step, await step.call(inputs, step.shapes)));
              } else if (step.kind === 'contraction') {
                throw new Error('internal: contractions of our own are for webasm');
              } else {
                const inputs: Handle[] = [];
                for (const ref of step.inputs) inputs.push(await asHandle(ref));
                const kernel = kernelOf(step, inputs);
                results.set(i, (await kernel(...inputs, ...numbersFor(step, scalars))) as Handle);
                checkClass(device, kernel);
              }
              for (const n of dead[i]!) {
                const value = results.get(n);
                if (value && !(value instanceof Float32Array)) value.delete();
                results.delete(n);
              }
            }
          } catch (error) {
            for (const value of results.values()) if (!(value instanceof Float32Array)) value.delete();
            throw error;
          } finally {
            uploaded.forEach((h) => h.delete());
          }
          return plan.outputs.map((ref) => {
            const step = (ref as { step: number }).step;
            const value = results.get(step)!;
            return value instanceof Float32Array
              ? new HostStorage(value)
              : new HandleStorage(device, value, plan.steps[step]!.size);
          });
        },
        async texts() {
          const out = new Map<KernelStep, string>();
          for (const step of plan.steps) {
            if (step.kind !== 'kernel') continue;
            for (const [key, kernel] of kernels)
              if (key.startsWith(`${step.size};`) && key.endsWith(`;${step.source}`))
                out.set(step, kernel.kernel.compiledSource ?? kernel.kernel.compiledFragmentShader ?? '');
          }
          return out;
        },
        destroy() {
          for (const kernel of kernels.values()) kernel.destroy();
          kernels.clear();
        },
      };
      return runnable;
    },
  };
}
