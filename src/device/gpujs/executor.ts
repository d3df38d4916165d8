import { sizeOf, type HostArray } from '../../graph/node.ts';
import type { Ref } from '../compile.ts';
import { checkResult, float32, lastUses, type Executor } from '../executor.ts';
import { keepRecent } from '../keepRecent.ts';
import { limitTo } from '../limits.ts';
import { track } from '../memory.ts';
import { drive, type Running } from '../soon.ts';
import { HostStorage, type SettledStorage } from '../storage.ts';
import type { Copy, Device, GpuValue } from './device.ts';
import { Gpu, loadGpujs, mostReturned, type Handle } from './gpujs.ts';
import { HandleStorage } from './handleStorage.ts';
import { Kernels } from './kernels.ts';
import { single, threadsOf } from './layout.ts';
import { print } from './print.ts';
import { sourceOf, sourceOfOne, type KernelSource } from './source.ts';

/** The maximum number of kernels that copy. The ones used last are kept. */
const mostCopies = 64;

/** Frees a value that lies on a device. */
const drop = (value: GpuValue | undefined): void => {
  if (!(value instanceof Float32Array)) value?.delete();
};

/** Opens a device of gpu.js. Its kernels run in sequence, and results stay on the device. */
export async function open(device: Device): Promise<Executor<KernelSource>> {
  await device.begin?.();
  const gpu = new Gpu(await loadGpujs(), device);
  const { name, dialect, onHost = false } = device;
  // Each texel of a texture may hold only one element.
  if (gpu.mostTexels !== undefined) limitTo(name, gpu.mostTexels);
  const held = (result: GpuValue, source: KernelSource): Handle =>
    device.held?.(result as Handle, source) ?? (result as Handle);
  const copies = new Map<string, Kernels>();

  function* copy(source: KernelSource, from: GpuValue, hold: typeof held = (x) => x as Handle): ReturnType<Copy> {
    const kernels = copies.get(source.key) ?? new Kernels(gpu, device);
    keepRecent(copies, source.key, kernels, mostCopies, (old) => old.close());
    const release = kernels.lease();
    const handle = hold(yield* kernels.run(source, [from]), source);
    const free = (): void => {
      handle.delete();
      release();
    };
    return { handle, free };
  }

  /** Copies an array to the device with a kernel, because gpu.js has no call that only uploads. */
  const upload = (data: Float32Array): ReturnType<Copy> =>
    copy(sourceOfOne('function (a) { return a[this.thread.x]; }', data.length, single(data.length)), data, held);

  function* handleOf(storage: SettledStorage): Running<Handle> {
    if (storage instanceof HandleStorage && storage.device === name) return storage.handle;
    if (storage.resident?.device === name) return storage.resident.handle as Handle;
    const data = float32(yield storage.read());
    const { handle, free } = yield* upload(data);
    storage.moveTo({ device: name, handle, free: track(storage, 4 * data.length, free) });
    return handle;
  }

  return {
    ...(device.renderer && { renderer: device.renderer }),
    target: {
      name,
      traits: { splitK: !onHost },
      lower(root, fused, isBuffer) {
        const size = sizeOf(root.shape);
        const isProduct = [root, ...fused].some((node) => node.op === 'contract');
        const several = size % mostReturned === 0 ? device.threads?.(root, isBuffer, isProduct) : undefined;
        const { kernel, layout } = several ?? threadsOf(root, isBuffer, single(size));
        const source = sourceOf(print(kernel.code, dialect), kernel.code.sizes, size, layout);
        return { ...kernel, kind: 'kernel', kernel: source };
      },
    },
    prepare(plan) {
      const kernels = new Kernels(gpu, device);
      const dead = lastUses(plan);

      function* go(leaves: readonly SettledStorage[], scalars: readonly number[]): Running<SettledStorage[]> {
        const results: (GpuValue | undefined)[] = [];
        const uploaded: (() => void)[] = [];
        const release = kernels.lease();

        function* arrayOf(ref: Ref): Running<HostArray> {
          const value = 'leaf' in ref ? leaves[ref.leaf]! : results[ref.step]!;
          if (value instanceof Float32Array) return value;
          return 'peek' in value ? (value.peek() ?? (yield value.read())) : yield value.toArray();
        }

        function* operandOf(ref: Ref, vec4: boolean): Running<GpuValue> {
          if (onHost) return float32(yield* arrayOf(ref));
          let value = 'leaf' in ref ? yield* handleOf(leaves[ref.leaf]!) : results[ref.step]!;
          if (value instanceof Float32Array) {
            const { handle, free } = yield* upload(value);
            uploaded.push(free);
            value = handle;
          }
          return device.given ? yield* device.given(value, vec4, copy) : value;
        }

        try {
          for (const [i, step] of plan.steps.entries()) {
            if (step.kind === 'host') {
              const inputs: HostArray[] = [];
              for (const ref of step.inputs) inputs.push(yield* arrayOf(ref));
              results[i] = checkResult(step, yield step.call(inputs, step.shapes));
            } else {
              const { kernel } = step;
              const args: unknown[] = [];
              for (const [j, ref] of step.inputs.entries()) args.push(yield* operandOf(ref, kernel.vec4[j]!));
              args.push(...step.scalars.map((slot) => scalars[slot]), ...kernel.numbers);
              const result = yield* kernels.run(kernel, args);
              results[i] = onHost ? result : held(result, kernel);
            }
            for (const n of dead[i]!) {
              drop(results[n]);
              results[n] = undefined;
            }
          }
          return plan.outputs.map((step) => {
            const value = results[step]!;
            if (value instanceof Float32Array) return new HostStorage(value);
            return new HandleStorage(name, value, plan.steps[step]!.size, kernels.lease());
          });
        } catch (error) {
          results.forEach(drop);
          throw error;
        } finally {
          uploaded.forEach((free) => free());
          release();
        }
      }

      return {
        atOnce: onHost,
        run: (leaves, scalars) => drive(go(leaves, scalars)),
        texts: async () =>
          new Map(
            plan.steps
              .filter((step) => step.kind !== 'host')
              .map((step) => [step, { javascript: step.kernel.text, generated: kernels.textOf(step.kernel) }]),
          ),
        destroy: () => kernels.close(),
      };
    },
  };
}
