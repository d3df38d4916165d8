import { keepRecent } from '../keepRecent.ts';
import { heap } from './heap.ts';

/**
 * A WebAssembly function of integers over the heap, and the binary from which other threads make
 * it.
 */
export interface Routine {
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly run: (...integers: number[]) => void;
}

let count = 0;

/**
 * Makes a routine from the binary of a module that exports `run`. The module imports the memory,
 * and functions of Math by their names.
 */
export function instantiate(bytes: Uint8Array<ArrayBuffer>): Routine {
  const imports = { env: { memory: heap().memory }, Math: Math as unknown as WebAssembly.ModuleImports };
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  return { id: count++, bytes, run: run as Routine['run'] };
}

/**
 * The routines that were used most recently, by their binaries. Plans with equal kernels share a
 * routine.
 */
const routines = new Map<string, Routine>();
const mostRoutines = 4096;
/** Turns each byte into one character of a text. */
const latin = new TextDecoder('latin1');

/** Returns the routine of a binary; it is made if there is none yet. */
export function routineOf(bytes: Uint8Array<ArrayBuffer>): Routine {
  const key = latin.decode(bytes);
  return keepRecent(routines, key, routines.get(key) ?? instantiate(bytes), mostRoutines);
}
