import { existsSync } from 'node:fs';

/** The path of Chromium on this machine, or undefined; the variable CHROMIUM overrides it. */
export const chromium = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file !== undefined && existsSync(file));

/**
 * Flags for WebGL by the machine's own driver, which is llvmpipe without a GPU, and for WebGPU even
 * by a software emulation. The watchdog is disabled, because emulations are slow.
 */
export const chromiumArguments: readonly string[] = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-gl=angle',
  '--use-angle=gl-egl',
  '--ignore-gpu-blocklist',
  '--disable-gpu-watchdog',
];

/**
 * The headers that make a page cross-origin isolated, which allows WebAssembly threads and fine
 * clocks.
 */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
