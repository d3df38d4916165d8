import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'vite';
import { declarations } from './declarations.ts';

/** Returns the worker of the editor's types as one module. */
async function worker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../types/worker.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    // codemirror-ts asks for the API of TypeScript, which version 7 does not have.
    alias: { typescript: '@typescript/typescript6' },
    external: ['fs', 'path', 'os', 'crypto', 'inspector', 'perf_hooks'],
    plugins: [declarations],
    write: false,
  });
  return outputFiles[0]!.text;
}

/**
 * The module `virtual:types`: the address of the worker of the editor's types. The bundler does not
 * read the worker, since it would take half a minute to look for unused parts of TypeScript. A page
 * without types has an empty address.
 */
export const types = (areWanted: boolean): Plugin => ({
  name: 'types',
  resolveId: (id) => (id === 'virtual:types' ? `\0${id}` : undefined),
  async load(id) {
    if (id !== '\0virtual:types') return undefined;
    if (!areWanted) return `export default '';`;
    const file = this.emitFile({ type: 'asset', name: 'types.js', source: await worker() });
    return `export default import.meta.ROLLUP_FILE_URL_${file};`;
  },
});
