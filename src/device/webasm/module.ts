import { heap } from './heap.ts';

/**
 * A function of integers in WebAssembly over the heap, and the binary that other threads make it
 * from.
 */
export interface Routine {
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly run: (...integers: number[]) => void;
}

let count = 0;

/**
 * A module's routine, its function `run`. Modules import the memory, and functions of Math by their
 * names.
 */
export function routineOf(bytes: Uint8Array<ArrayBuffer>): Routine {
  const imports = { env: { memory: heap().memory }, Math: Math as unknown as WebAssembly.ModuleImports };
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  return { id: count++, bytes, run: run as Routine['run'] };
}
