import { heap } from './heap.ts';

/** A function of integers in WebAssembly over the heap, and the binary that other threads make it from. */
export interface Routine {
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly run: (...integers: number[]) => void;
}

let count = 0;

/** Math's functions that a module imports, as math_sin and so on. */
function importsOf(module: WebAssembly.Module): WebAssembly.ModuleImports {
  const env: WebAssembly.ModuleImports = { memory: heap().memory };
  for (const { kind, name } of WebAssembly.Module.imports(module))
    if (kind === 'function') env[name] = (Math as unknown as Record<string, () => number>)[name.replace('math_', '')]!;
  return env;
}

/** A module's routine: `run_simd` of what gpu.js has translated, `run` of what is written by us. */
export function routineOf(bytes: Uint8Array<ArrayBuffer>): Routine {
  const module = new WebAssembly.Module(bytes);
  const { run, run_simd } = new WebAssembly.Instance(module, { env: importsOf(module) }).exports;
  return { id: count++, bytes, run: (run_simd ?? run) as Routine['run'] };
}
