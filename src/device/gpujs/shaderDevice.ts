import type { Node } from '../../graph/node.ts';
import type { Dialect } from './dialect.ts';
import { openGpu, type GpuKernel, type GpuModule, type Handle, type ShaderName } from './gpujs.ts';
import type { Asked, Kernels } from './kernels.ts';
import type { KernelSource } from './source.ts';
import type { Executor } from '../executor.ts';
import { resident } from './resident.ts';

/**
 * What a device that compiles shaders does in its own way; what it leaves out it does as all do.
 */
export interface ShaderDevice {
  readonly name: ShaderName;
  readonly dialect: Dialect;
  /** Makes the interface of the device answer; throws if it does not. */
  readonly begin?: (module: () => Promise<GpuModule>) => Promise<void>;
  /**
   * A kernel for `root` whose threads compute several elements each; undefined where one each is
   * better.
   */
  readonly tiled?: (root: Node, isProduct: boolean, isBuffer: (node: Node) => boolean) => KernelSource | undefined;
  /**
   * A kernel that is asked for, by way of `make`, which is given a source and the output's size.
   */
  readonly kernel?: (
    asked: Asked,
    make: (source: string, output: number | readonly number[]) => GpuKernel,
  ) => GpuKernel;
  /**
   * What a kernel has computed, so many numbers by each thread; `kernels` gives those that copy so
   * many numbers.
   */
  readonly held?: (result: Handle, size: number, lanes: number, kernels: () => Kernels) => Handle;
  /** What a kernel is given that reads four numbers so far apart at once, or, for 0, one. */
  readonly given?: (handle: Handle, apart: number) => Handle;
  /** Handles are arrays to a kernel, whatever their type says. */
  readonly takesArrays?: true;
  /** What is on the device is read back later, never at once. */
  readonly readsLater?: true;
}

export async function openShaders(device: ShaderDevice): Promise<Executor> {
  return resident(await openGpu(device.name, device.begin), device);
}
