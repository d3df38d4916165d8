import type { Node } from '../../graph/node.ts';
import type { Running } from '../soon.ts';
import type { Dialect } from './dialect.ts';
import type { GpuKernel, Handle, Mode } from './gpujs.ts';
import type { Layout, Threads } from './layout.ts';
import type { KernelSource } from './source.ts';

/** The elements of an array are on the host or on a device. */
export type GpuValue = Handle | Float32Array;

/** Runs a kernel of one array. Its result is kept until `free` gives it back. */
export type Copy = (source: KernelSource, from: GpuValue) => Running<{ handle: Handle; free: () => void }>;

/**
 * A device of gpu.js says here what it does in its own way; what it leaves out it does as all do.
 */
export interface Device extends Mode {
  readonly dialect: Dialect;
  /** True if arrays stay on the host, where kernels run at once. */
  readonly onHost?: boolean;
  /** Does as that of an `Executor`. */
  readonly renderer?: () => Promise<string>;
  /** Makes the interface of the device answer; throws if it does not. */
  readonly begin?: () => Promise<unknown>;
  /**
   * Makes threads that compute several elements each, for a result whose size four divides;
   * undefined where one element each is better.
   */
  readonly threads?: (root: Node, isBuffer: (node: Node) => boolean, isProduct: boolean) => Threads | undefined;
  /** Changes how a kernel is compiled, before it first runs. */
  readonly adapt?: (kernel: GpuKernel, layout: Layout) => void;
  /** Makes what a kernel has left readable for others. */
  readonly held?: (result: Handle, source: KernelSource) => Handle;
  /** Gives the handle for a kernel that reads an array by vec4, or element by element. */
  readonly given?: (handle: Handle, vec4: boolean, copy: Copy) => Running<Handle>;
}
