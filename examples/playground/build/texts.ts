import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'vite';
import { parts, type Part } from '../run/parts.ts';

const dist = new URL('../../../dist/browser/', import.meta.url);

/** Returns a package as one module. */
async function packageOf(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(import.meta.resolve(name))],
    bundle: true,
    format: 'esm',
    minify: true,
    // wabt asks for it in Node alone.
    external: ['fs'],
    write: false,
  });
  return outputFiles[0]!.text;
}

/** What the engine says in a page, which cannot load `wabt` by its name. */
const noWabt = 'throw new Error("Node can show it as text")';

/**
 * Returns a file of the engine as it was built, since the table's functions are read as text. Only
 * what it loads when it is needed is asked for by name, and packages are files beside it.
 */
async function fileOf(name: string, hasWabt: boolean): Promise<string> {
  if (name === 'fast-check' || name === 'wabt') return packageOf(name);
  const text = readFileSync(new URL(`${name}.js`, dist), 'utf8');
  if (name === 'engine' && !text.includes(noWabt)) throw new Error(`texts: the engine has no '${noWabt}' any more`);
  return text
    .replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n')
    .replaceAll(/\bimport\("\.\/([\w-]+)\.js"\)/g, 'self.cotangentFile("$1")')
    .replaceAll(/\bfrom"fast-check"/g, 'from"./fast-check.js"')
    .replace(hasWabt ? noWabt : '', hasWabt ? 'return(await self.cotangentFile("wabt")).default' : '');
}

/** Returns what reads and computes arithmetic, of which the page needs no more of the engine. */
async function arithmetic(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../../src/graph/scalar.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    write: false,
  });
  return outputFiles[0]!.text;
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
 * names, `virtual:script/frame` is a script of the folder `run` as text; and `virtual:arithmetic`,
 * which is src/graph/scalar.ts. Without `wabt` the page is smaller, and says of WebAssembly only
 * how long it is.
 */
export const texts = (hasWabt: boolean): Plugin => ({
  name: 'texts',
  resolveId: (id) => (/^virtual:(engine\/|script\/|arithmetic$)/.test(id) ? `\0${id}` : undefined),
  load: async (id) => {
    if (id === '\0virtual:arithmetic') return arithmetic();
    const [, kind, name] = /^\0virtual:(engine|script)\/(.*)$/.exec(id) ?? [];
    if (name === undefined) return undefined;
    const files = name === 'wabt' && !hasWabt ? [] : parts[name as Part];
    const data =
      kind === 'script'
        ? await scriptOf(name)
        : Object.fromEntries(await Promise.all(files.map(async (file) => [file, await fileOf(file, hasWabt)])));
    return `export default ${JSON.stringify(data)};`;
  },
});
