import { loadWabt } from '../host/node.ts';

/**
 * Returns a module as WebAssembly text if the optional package `wabt` is installed. Otherwise
 * returns the size of the module and the reason why there is no text.
 */
export async function disassemble(bytes: Uint8Array): Promise<string> {
  const wabt = await loadWabt().catch((error: Error) => error);
  if (wabt instanceof Error) return `${bytes.length} bytes of WebAssembly; ${wabt.message}`;
  const module = (await wabt()).readWasm(bytes, { simd: true, threads: true, sat_float_to_int: true });
  try {
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}
