import { defineConfig, transformWithEsbuild } from 'vite';
import type { Plugin } from 'vite';

/** Vite leaves the white space and comments in an ES library; this takes them out as well. */
const minify: Plugin = {
  name: 'minify',
  renderChunk: {
    order: 'post',
    handler: (code, { fileName }) =>
      transformWithEsbuild(code, fileName, { minify: true, target: 'es2023', legalComments: 'none' }),
  },
};

/**
 * The browser entries, cotangent and cotangent/testing, and what they share, so that a page has one engine. gpu.js stays outside: it is
 * loaded when a gpu.js device is first asked for.
 */
export default defineConfig({
  plugins: [minify],
  build: {
    outDir: 'dist/browser',
    target: 'es2023',
    sourcemap: true,
    minify: false,
    lib: {
      entry: { cotangent: 'src/index.ts', testing: 'src/testing/index.ts' },
      formats: ['es'],
      fileName: (_, name) => `${name}.js`,
    },
    rollupOptions: {
      external: ['gpu.js', 'webgpu', 'wabt', 'fast-check'],
      output: { chunkFileNames: 'engine.js' },
    },
  },
  logLevel: 'warn',
});
