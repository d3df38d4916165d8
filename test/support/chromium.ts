import { existsSync } from 'node:fs';

/** The Chromium of this machine, if there is one; CHROMIUM names another. */
export const chromium = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file !== undefined && existsSync(file));

/**
 * WebGL by the machine's own driver, which without a GPU is llvmpipe, and WebGPU even from a
 * program that imitates one; such programs are slow, so nothing ends them for not answering.
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

/** What makes a page cross-origin isolated: threads of WebAssembly, fine clocks. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
