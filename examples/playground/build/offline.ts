import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'vite';

/**
 * Writes `offline.js`, the service worker with the list of the build's files. Types for the editor
 * are as large as all others together, so they are stored only where they are used.
 */
export const offline: Plugin = {
  name: 'offline',
  enforce: 'post',
  async generateBundle(_, bundle) {
    const files = Object.keys(bundle).filter((file) => !/types/i.test(file) && !file.endsWith('.map'));
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../run/offline.ts', import.meta.url))],
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2023',
      write: false,
      define: {
        __FILES__: JSON.stringify(files),
        __BUILD__: JSON.stringify(createHash('sha256').update(files.join()).digest('hex').slice(0, 12)),
      },
    });
    this.emitFile({ type: 'asset', fileName: 'offline.js', source: outputFiles[0]!.text });
  },
};
