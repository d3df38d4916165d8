import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';
import { offline } from './build/offline.ts';
import { texts } from './build/texts.ts';
import { types } from './build/types.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Names the page of one file. */
const named: Plugin = {
  name: 'named',
  enforce: 'post',
  generateBundle: (_, bundle) => {
    bundle['index.html']!.fileName = 'playground.html';
  },
};

/**
 * Builds the page into `examples/dist/playground`: a folder that any static host serves under any
 * path, or, in the mode `single`, one file that is opened by a double click. The file has no types
 * in its editor and no WebAssembly as text.
 */
export default defineConfig(({ mode }) => ({
  root: here('.'),
  base: './',
  publicDir: false,
  define: { __SINGLE__: JSON.stringify(mode === 'single') },
  // TypeScript runs in its worker alone; codemirror-ts names it in modules that the page does not
  // use.
  resolve: { alias: { typescript: 'data:text/javascript,export default undefined;' } },
  // As in tsconfig.json, which a copy of the sources need not have.
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  plugins: [
    texts(mode !== 'single'),
    types(mode !== 'single'),
    ...(mode === 'single' ? [viteSingleFile(), named] : [offline]),
  ],
  build: {
    outDir: here('../dist/playground'),
    emptyOutDir: mode !== 'single',
    target: 'es2023',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
  },
  logLevel: 'warn',
}));
