import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify as terse } from 'terser';
import { defineConfig, transformWithEsbuild } from 'vite';
import type { Alias, Plugin, UserConfig } from 'vite';

/**
 * Minifies every file, because Vite leaves the white space and comments in an ES library. gpu.js is
 * minified by esbuild, which takes a second, and the others by terser, which would take twenty for
 * it.
 */
const minify: Plugin = {
  name: 'minify',
  renderChunk: {
    order: 'post',
    handler: async (code, { name }) => {
      if (name === 'gpujs')
        return transformWithEsbuild(code, 'gpujs.js', { minify: true, format: 'esm', target: 'es2023' });
      const { code: small, map } = await terse(code, {
        module: true,
        compress: { passes: 3, pure_getters: true, sequences: false },
        sourceMap: true,
      });
      return { code: small!, map: map as string };
    },
  },
};

/**
 * Returns the folder of the installed package that a module belongs to, or undefined for our own.
 */
function packageOf(id: string): string | undefined {
  if (!id.includes('/node_modules/')) return undefined;
  let folder = dirname(id.replace('\0', ''));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Returns a package's name, version and licence, word for word. Throws if it has no licence. */
function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
  if (file === undefined)
    throw new Error(`build: a package that is built in must bring its licence, got none in ${name}`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

/**
 * Writes the licences of the packages that a file contains to a file beside it, and removes its
 * source map: those sources are no part of this package.
 */
const licences: Plugin = {
  name: 'licences',
  generateBundle(_, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      const folders = new Set(chunk.moduleIds.map(packageOf).filter((folder) => folder !== undefined));
      if (folders.size === 0) continue;
      this.emitFile({
        type: 'asset',
        fileName: `${chunk.name}.LICENSE.txt`,
        source: [...folders]
          .sort()
          .map(licenceOf)
          .join(`\n${'-'.repeat(80)}\n\n`),
      });
      delete bundle[`${chunk.fileName}.map`];
      chunk.code = chunk.code.replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n');
    }
  },
};

/**
 * The names of the files that not every program loads: the code of each kind of device, `explain`,
 * and the packages of others. The modules of each are those whose path matches.
 */
const parts: Readonly<Record<string, RegExp>> = {
  webasm: /src\/device\/webasm\//,
  gpu: /src\/device\/gpujs\//,
  reference: /src\/device\/reference\//,
  explain: /src\/device\/explain\.ts/,
  gpujs: /node_modules\/(gpu\.js|gpu-mock\.js|acorn)\//,
  interop: /commonjsHelpers/,
};

/**
 * Returns the name of the file for a module that entries share: one of `parts`, or `engine` for all
 * other modules of the engine, whichever entries share them. Undefined leaves the choice to Vite.
 */
const chunkOf = (id: string): string | undefined =>
  Object.keys(parts).find((name) => parts[name]!.test(id)) ??
  (/\/(kernels\/|src\/(?!data\/|inspect\/(?!printGraph)|testing\/|index\.ts))/.test(id) || id.endsWith('checkGrads.ts')
    ? 'engine'
    : undefined);

/** Replaces the module that gets from Node what devices need by the one for pages. */
export const page: Alias = {
  find: '../host/node.ts',
  replacement: fileURLToPath(new URL('src/device/host/page.ts', import.meta.url)),
};

/**
 * The modules that gpu.js requires from Node. In a page they are replaced by nothing, which gpu.js
 * allows.
 */
const requiredByGpujs = ['gl', 'os', 'worker_threads'];
const nothing: Plugin = {
  name: 'nothing',
  enforce: 'pre',
  resolveId: (id) => (requiredByGpujs.includes(id) ? '\0nothing' : undefined),
  load: (id) => (id === '\0nothing' ? 'export default undefined;' : undefined),
};

const shared = { cotangent: 'src/index.ts', testing: 'src/testing/index.ts', inspect: 'src/inspect/index.ts' };

/** The build for pages: minified, so that a page can import it without a bundler. */
const browser = {
  resolve: { alias: [page, { find: 'gpu.js', replacement: 'gpu.js/src/index.js' }] },
  plugins: [nothing, minify, licences],
  build: {
    lib: { formats: ['es'], entry: { ...shared, data: 'src/data/browser.ts' } },
    commonjsOptions: { ignoreTryCatch: false },
    rollupOptions: { external: ['fast-check'] },
  },
} satisfies UserConfig;

/** The build for Node: not minified. There gpu.js requires its modules from Node when it runs. */
const node = {
  resolve: { mainFields: ['module', 'main'], conditions: ['node', 'module'] },
  plugins: [licences],
  build: {
    lib: { formats: ['es'], entry: { ...shared, files: 'src/data/index.ts' } },
    commonjsOptions: { ignore: requiredByGpujs },
    rollupOptions: {
      external: ['fast-check', /^node:/],
      output: {
        banner: ({ name }: { readonly name: string }) =>
          name === 'gpujs'
            ? `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`
            : '',
      },
    },
  },
} satisfies UserConfig;

/**
 * Builds one file for each entry, and files for what entries share, so that a program has one
 * engine. The files are few: one is imported in 10 ms, a hundred take 100. gpu.js is a file of its
 * own, which is loaded when one of its devices is first chosen.
 */
export default defineConfig(({ mode }) => {
  const of: typeof node | typeof browser = mode === 'browser' ? browser : node;
  const output = 'output' in of.build.rollupOptions ? of.build.rollupOptions.output : {};
  return {
    ...of,
    build: {
      ...of.build,
      outDir: `dist/${mode}`,
      target: 'es2023',
      sourcemap: true,
      minify: false,
      rollupOptions: {
        ...of.build.rollupOptions,
        output: {
          ...output,
          format: 'es',
          // Namespaces need no tag, which costs bytes in every page. They stay frozen, because
          // terser merges unfrozen ones into objects with two prototypes.
          generatedCode: { symbols: false },
          entryFileNames: '[name].js',
          chunkFileNames: '[name].js',
          manualChunks: chunkOf,
        },
      },
    },
    logLevel: 'warn',
  };
});
