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
 * Makes a routine of a module's function `run`. Modules import the memory, and functions of Math by
 * their names.
 */
export function instantiate(bytes: Uint8Array<ArrayBuffer>): Routine {
  const imports = { env: { memory: heap().memory }, Math: Math as unknown as WebAssembly.ModuleImports };
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
  return { id: count++, bytes, run: run as Routine['run'] };
}

/** The routines that were used last, by their modules: equal ones of all plans are one. */
const routines = new Map<string, Routine>();
const mostRoutines = 4096;
/** Writes bytes as a text, one letter each. */
const latin = new TextDecoder('latin1');

/** Gives the routine of a module, that of an equal one if it is kept. */
export function routineOf(bytes: Uint8Array<ArrayBuffer>): Routine {
  const key = latin.decode(bytes);
  const routine = routines.get(key) ?? instantiate(bytes);
  routines.delete(key);
  routines.set(key, routine);
  if (routines.size > mostRoutines) routines.delete(routines.keys().next().value!);
  return routine;
}
