import type { Node } from '../../graph/node.ts';
import type { Running } from '../soon.ts';
import type { Dialect } from './dialect.ts';
import type { GpuKernel, Handle, Mode } from './gpujs.ts';
import type { Layout, Threads } from './layout.ts';
import type { KernelSource } from './source.ts';

/** The elements of an array, on the host or on a device. */
export type GpuValue = Handle | Float32Array;

/** Runs a kernel of one array. `free` frees its result. */
export type Copy = (source: KernelSource, from: GpuValue) => Running<{ handle: Handle; free: () => void }>;

/**
 * The properties of a device of gpu.js. The optional ones are for devices that differ from the
 * rest.
 */
export interface Device extends Mode {
  readonly dialect: Dialect;
  /** True if arrays stay on the host, where kernels run at once. */
  readonly onHost?: boolean;
  /** Does the same as `renderer` of an `Executor`. */
  readonly renderer?: () => Promise<string>;
  /** Opens the interface of the device. Throws if it does not answer. */
  readonly begin?: () => Promise<unknown>;
  /**
   * Makes threads that compute several elements each, for a result whose size is a multiple of
   * four. Returns undefined if one element for each thread is better.
   */
  readonly threads?: (root: Node, isBuffer: (node: Node) => boolean, isProduct: boolean) => Threads | undefined;
  /** Changes how a kernel is compiled, before its first run. */
  readonly adapt?: (kernel: GpuKernel, layout: Layout) => void;
  /** Turns a kernel's result into a handle that other kernels can read. */
  readonly held?: (result: Handle, source: KernelSource) => Handle;
  /** Returns the handle for a kernel that reads an array by vec4, or else by single elements. */
  readonly given?: (handle: Handle, vec4: boolean, copy: Copy) => Running<Handle>;
}
