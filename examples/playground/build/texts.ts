import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'vite';
import { parts, type Part } from '../run/parts.ts';

const dist = new URL('../../../dist/browser/', import.meta.url);

/** Returns fast-check as one module. */
async function fastCheck(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(import.meta.resolve('fast-check'))],
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
  });
  return outputFiles[0]!.text;
}

/**
 * Returns a file of the engine as it was built, since the table's functions are read as text. Only
 * what it loads when it is needed is asked for by name, and `fast-check` is a file beside it.
 */
async function fileOf(name: string): Promise<string> {
  if (name === 'fast-check') return fastCheck();
  return readFileSync(new URL(`${name}.js`, dist), 'utf8')
    .replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n')
    .replaceAll(/\bimport\("\.\/([\w-]+)\.js"\)/g, 'self.cotangentFile("$1")')
    .replaceAll(/\bfrom"fast-check"/g, 'from"./fast-check.js"');
}

/** Returns a script of the page as one classic script. */
async function scriptOf(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../run/${name}.ts`, import.meta.url))],
    bundle: true,
    format: 'iife',
    target: 'es2023',
    minify: true,
    write: false,
  });
  return outputFiles[0]!.text;
}

/**
 * Modules that are data: `virtual:engine/core` and the other parts are the engine's files by their
 * names, `virtual:script/frame` is a script of the folder `run` as text.
 */
export const texts: Plugin = {
  name: 'texts',
  resolveId: (id) => (/^virtual:(engine|script)\//.test(id) ? `\0${id}` : undefined),
  load: async (id) => {
    const [, kind, name] = /^\0virtual:(engine|script)\/(.*)$/.exec(id) ?? [];
    if (name === undefined) return undefined;
    const data =
      kind === 'script'
        ? await scriptOf(name)
        : Object.fromEntries(await Promise.all(parts[name as Part].map(async (file) => [file, await fileOf(file)])));
    return `export default ${JSON.stringify(data)};`;
  },
};
