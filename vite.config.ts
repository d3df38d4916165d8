import { minify as terse } from 'terser';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

/** Vite leaves the white space and comments in an ES library; this takes them out as well. */
const minify: Plugin = {
  name: 'minify',
  renderChunk: {
    order: 'post',
    handler: async (code) => {
      const { code: small, map } = await terse(code, { module: true, compress: { passes: 2 }, sourceMap: true });
      return { code: small!, map: map as string };
    },
  },
};

/** What one kind of device alone needs, and what explains. */
const parts: Readonly<Record<string, RegExp>> = {
  webasm: /src\/device\/webasm\//,
  gpujs: /src\/device\/gpujs\//,
  reference: /src\/device\/reference\//,
  explain: /src\/device\/explain\.ts/,
};

const names = {
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  // All that two entries share, whichever two they are, but for those parts.
  manualChunks: (id: string) =>
    Object.keys(parts).find((name) => parts[name]!.test(id)) ??
    (/\/(kernels|src\/(?!data\/|testing\/|index\.ts))/.test(id) || id.endsWith('checkGrads.ts') ? 'engine' : undefined),
} as const;

/**
 * The entries and what they share, so that a program has one engine: minified for the browser, readable for Node, where one file
 * is imported in 10 ms and a hundred take 100. gpu.js stays outside: it is loaded when a gpu.js device is first asked for. Of
 * cotangent/data a page gets `data`, Node gets `files`, which reads and writes files as well.
 */
export default defineConfig({
  build: {
    target: 'es2023',
    sourcemap: true,
    minify: false,
    emptyOutDir: false,
    lib: {
      entry: {
        cotangent: 'src/index.ts',
        testing: 'src/testing/index.ts',
        data: 'src/data/browser.ts',
        files: 'src/data/index.ts',
      },
    },
    rollupOptions: {
      external: ['gpu.js', 'webgpu', 'wabt', 'fast-check', 'fflate', 'jpeg-js', 'papaparse', /^node:/],
      output: [
        { ...names, format: 'es', dir: 'dist/browser', plugins: [minify] },
        { ...names, format: 'es', dir: 'dist/node' },
      ],
    },
  },
  logLevel: 'warn',
});
