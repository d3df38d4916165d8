import type { HostArray } from '../../graph/node.ts';
import { askedFor, kernelSource, lowered, numbersFor, textsOf, type KernelText } from './source.ts';
import type { Ref } from '../compile.ts';
import { checkResult, float32, lastUses, type Executor, type Runnable } from '../executor.ts';
import { checkClass, type Gpu, type Handle, type ShaderName } from './gpujs.ts';
import type { ShaderDevice } from './shaderDevice.ts';
import { Kernels } from './kernels.ts';
import { track } from '../memory.ts';
import { Held, HostStorage, type SettledStorage } from '../storage.ts';

/** Values that stay on a GPU until they are read. */
class HandleStorage extends Held {
  readonly device: ShaderName;
  readonly bytes: number;
  readonly handle: Handle;
  readonly #untrack: () => void;
  #host: Float32Array | undefined;
  readonly #readsLater: boolean;
  /** As large as what the GPU holds, and never touched: it makes the collector feel the size. */
  readonly #ballast: ArrayBuffer;

  constructor({ name, readsLater }: ShaderDevice, handle: Handle, size: number, release: () => void) {
    super();
    this.#ballast = new ArrayBuffer(size * 4);
    this.device = name;
    this.#readsLater = readsLater ?? false;
    this.handle = handle;
    this.bytes = size * 4;
    this.#untrack = track(this, this.#ballast.byteLength, () => {
      handle.delete();
      release();
    });
  }

  override async read(): Promise<HostArray> {
    return (this.#host ??= await this.handle.toArray());
  }

  readSync(): HostArray {
    if (this.#host) return this.#host;
    const data = this.#readsLater ? undefined : this.handle.toArray();
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

/** How many sizes of uploads keep their kernel. */
const mostUploads = 64;

/** GPUs: kernels one after the other, their results staying where they are. */
export function resident(gpu: Gpu, device: ShaderDevice): Executor<KernelText> {
  const { name } = device;
  const uploads = new Map<number, Kernels>();

  /** The kernel that copies so many numbers: gpu.js has no call that only uploads. */
  function uploader(size: number): Kernels {
    const kernels = uploads.get(size) ?? new Kernels(gpu, device);
    // The least recently used comes first.
    uploads.delete(size);
    uploads.set(size, kernels);
    for (const [n, old] of uploads) {
      if (uploads.size <= mostUploads) break;
      uploads.delete(n);
      old.close();
    }
    return kernels;
  }

  const held = (result: Handle, size: number, lanes: number): Handle =>
    device.held?.(result, size, lanes, () => uploader(size)) ?? result;

  /** A handle on the data, which `free` gives back. */
  async function upload(data: Float32Array): Promise<{ handle: Handle; free: () => void }> {
    const kernels = uploader(data.length);
    const release = kernels.lease();
    const source = 'function (a) { return a[this.thread.x]; }';
    const size = data.length;
    const kernel = kernels.get({ source, size, lanes: 1, sizes: [size], scalars: 0 });
    const handle = held((await kernel(data)) as Handle, size, 1);
    checkClass(name, kernel);
    const free = (): void => {
      handle.delete();
      release();
    };
    return { handle, free };
  }

  async function handleOf(storage: SettledStorage): Promise<Handle> {
    if (storage instanceof HandleStorage && storage.device === name) return storage.handle;
    if (storage.resident?.device === name) return storage.resident.handle as Handle;
    const { handle, free } = await upload(float32(await storage.read()));
    if (storage.resident?.device === name) {
      // Another run was faster.
      free();
      return storage.resident.handle as Handle;
    }
    storage.moveTo({ device: name, handle, free: track(storage, storage.bytes, free) });
    return handle;
  }

  return {
    target: {
      name,
      traits: { splitK: true },
      lower: (root, fused, isBuffer) => lowered(kernelSource(root, fused, isBuffer, device)),
    },
    prepare(plan) {
      const kernels = new Kernels(gpu, device);
      const dead = lastUses(plan);
      const typesOf = (inputs: readonly Handle[]): string[] =>
        inputs.map((h) => (device.takesArrays ? 'Array' : h.type));

      const runnable: Runnable = {
        atOnce: false,
        async run(leaves, scalars) {
          const results = new Map<number, Handle | Float32Array>();
          const uploaded: (() => void)[] = [];
          const asHandle = async (ref: Ref): Promise<Handle> => {
            if ('leaf' in ref) return handleOf(leaves[ref.leaf]!);
            const value = results.get(ref.step)!;
            if (!(value instanceof Float32Array)) return value;
            const { handle, free } = await upload(value);
            uploaded.push(free);
            return handle;
          };
          const asArray = async (ref: Ref): Promise<HostArray> => {
            if ('leaf' in ref) return leaves[ref.leaf]!.read();
            const value = results.get(ref.step)!;
            return value instanceof Float32Array ? value : value.toArray();
          };
          const release = kernels.lease();
          try {
            for (const [i, step] of plan.steps.entries()) {
              if (step.kind === 'host') {
                const inputs = await Promise.all(step.inputs.map(asArray));
                results.set(i, checkResult(step, await step.call(inputs, step.shapes)));
              } else {
                const inputs: Handle[] = [];
                for (const ref of step.inputs) inputs.push(await asHandle(ref));
                const given = inputs.map((h, j) => device.given?.(h, step.kernel.byFours[j]!) ?? h);
                const kernel = kernels.get(askedFor(step), typesOf(given));
                const result = (await kernel(...given, ...numbersFor(step, scalars))) as Handle;
                results.set(i, held(result, step.size, step.kernel.lanes));
                checkClass(name, kernel);
              }
              for (const n of dead[i]!) {
                const value = results.get(n);
                if (value && !(value instanceof Float32Array)) value.delete();
                results.delete(n);
              }
            }
            return plan.outputs.map((ref) => {
              const step = (ref as { step: number }).step;
              const value = results.get(step)!;
              if (value instanceof Float32Array) return new HostStorage(value);
              return new HandleStorage(device, value, plan.steps[step]!.size, kernels.lease());
            });
          } catch (error) {
            for (const value of results.values()) if (!(value instanceof Float32Array)) value.delete();
            throw error;
          } finally {
            uploaded.forEach((free) => free());
            release();
          }
        },
        texts: async () =>
          textsOf(plan, (step) => {
            const made = kernels.find(askedFor(step))?.kernel;
            return made?.compiledSource ?? made?.compiledFragmentShader;
          }),
        destroy: () => kernels.close(),
      };
      return runnable;
    },
  };
}
