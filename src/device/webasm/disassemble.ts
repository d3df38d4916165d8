type Wabt = () => Promise<{
  readWasm(bytes: Uint8Array, features: object): { toText(options: object): string; destroy(): void };
}>;

/** A module as WebAssembly text, if the optional package `wabt` is there to write it; else how large it is. */
export async function disassemble(bytes: Uint8Array): Promise<string> {
  const name = 'wabt';
  const wabt = await import(/* @vite-ignore */ name).then(
    (m: { default: Wabt }) => m.default(),
    () => undefined,
  );
  if (!wabt) return `${bytes.length} bytes of WebAssembly; install the optional package 'wabt' to read them`;
  const module = wabt.readWasm(bytes, { simd: true, threads: true, sat_float_to_int: true });
  try {
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}
