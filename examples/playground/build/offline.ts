import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'vite';

/**
 * Writes `offline.js`, the service worker with the list of the build's files. Types for the editor
 * are as large as all others together, and few readers look at WebAssembly, so these are stored
 * only where they are used.
 */
export const offline: Plugin = {
  name: 'offline',
  enforce: 'post',
  async generateBundle(_, bundle) {
    const all = Object.keys(bundle).filter((file) => !file.endsWith('.map'));
    const files = all.filter((file) => !/types|wabt/i.test(file));
    const page = bundle['index.html'];
    if (page?.type !== 'asset') throw new Error('offline: the build must have index.html');
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../run/offline.ts', import.meta.url))],
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2023',
      write: false,
      define: {
        __FILES__: JSON.stringify(files),
        __LATER__: JSON.stringify(all.filter((file) => !files.includes(file))),
        // The other files' names change with their content.
        __BUILD__: JSON.stringify(
          createHash('sha256')
            .update([...all, page.source].join())
            .digest('hex')
            .slice(0, 12),
        ),
      },
    });
    this.emitFile({ type: 'asset', fileName: 'offline.js', source: outputFiles[0]!.text });
  },
};
