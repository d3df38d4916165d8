const refusals = {
  cpu: "JavaScript may not be made from text (in a page by a Content-Security-Policy whose script-src has no 'unsafe-eval', in Node by --disallow-code-generation-from-strings); use webasm or reference",
  webasm:
    "WebAssembly may not be compiled (in a page by a Content-Security-Policy whose script-src has no 'wasm-unsafe-eval', in Node by --jitless); use reference",
};

/**
 * Returns the reason why code for a device may not be compiled here; undefined if it may. Finds out
 * by compiling an empty function or module.
 */
export function forbidden(device: 'cpu' | 'webasm'): string | undefined {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval
    if (device === 'cpu') new Function('');
    else new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    return undefined;
  } catch {
    return refusals[device];
  }
}
