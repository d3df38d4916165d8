import type { Node } from '../../graph/node.ts';
import type { Running } from '../soon.ts';
import type { Dialect } from './dialect.ts';
import type { GpuKernel, Handle, Mode } from './gpujs.ts';
import type { Layout, Threads } from './layout.ts';
import type { KernelSource } from './source.ts';

/** The elements of an array, on the host or on a device. */
export type GpuValue = Handle | Float32Array;

/** Runs a kernel of one array. Its result is kept until `free` gives it back. */
export type Copy = (source: KernelSource, from: GpuValue) => Running<{ handle: Handle; free: () => void }>;

/** What a device of gpu.js does in its own way; what it leaves out it does as all do. */
export interface Device extends Mode {
  readonly dialect: Dialect;
  /** Whether arrays stay on the host, where kernels run at once and one after the other. */
  readonly onHost?: boolean;
  /** As an `Executor` names it. */
  readonly renderer?: () => Promise<string>;
  /** Makes the interface of the device answer; throws if it does not. */
  readonly begin?: () => Promise<unknown>;
  /**
   * The threads for a result that four divides, each of which computes several elements; undefined
   * where one each is better.
   */
  readonly threads?: (root: Node, isBuffer: (node: Node) => boolean, isProduct: boolean) => Threads | undefined;
  /** Changes how a kernel is compiled, before it first runs. */
  readonly adapt?: (kernel: GpuKernel, layout: Layout) => void;
  /** Makes what a kernel has left readable for others. */
  readonly held?: (result: Handle, source: KernelSource) => Handle;
  /** The handle for a kernel that reads four adjacent elements at once, or one. */
  readonly given?: (handle: Handle, vec4: boolean, copy: Copy) => Running<Handle>;
}
