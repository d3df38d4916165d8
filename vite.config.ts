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

/** The one-file browser entry. gpu.js stays outside: it is loaded when a gpu.js device is first asked for. */
export default defineConfig({
  plugins: [minify],
  build: {
    outDir: 'dist/browser',
    target: 'es2023',
    sourcemap: true,
    minify: false,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'cotangent.js' },
    rollupOptions: { external: ['gpu.js', 'webgpu', 'wabt'] },
  },
  logLevel: 'warn',
});
