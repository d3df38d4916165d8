import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

/**
 * Functions that build a page, by the name of the bundler, or 'import map' for none. Each bundles
 * `page.js` in `folder`, which imports a package that npm has installed there, to
 * `name/index.html`. It uses only those settings that the bundler's documentation gives for a page.
 * A warning is an error.
 */
export const bundlers: Readonly<Record<string, (folder: string, name: string) => Promise<void>>> = {
  vite: async (folder, name) => {
    writeFileSync(join(folder, 'index.html'), html('', './page.js'));
    const rollupOptions = { onwarn: fail };
    const build = { outDir: name, chunkSizeWarningLimit: 1000, rollupOptions };
    await vite({ root: folder, configFile: false, logLevel: 'silent', base: './', build });
  },
  esbuild: async (folder, name) => {
    const outdir = join(folder, name);
    const { warnings } = await esbuild({
      entryPoints: [join(folder, 'page.js')],
      outdir,
      bundle: true,
      format: 'esm',
      splitting: true,
      minify: true,
      logLevel: 'silent',
    });
    warnings.forEach(fail);
    writeFileSync(join(outdir, 'index.html'), html('', './page.js'));
  },
  rollup: async (folder, name) => {
    const dir = join(folder, name);
    const input = join(folder, 'page.js');
    const bundle = await rollup({ input, onwarn: fail, plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir, format: 'es' });
    await bundle.close();
    writeFileSync(join(dir, 'index.html'), html('', './page.js'));
  },
  webpack: async (folder, name) => {
    const path = join(folder, name);
    await new Promise<void>((resolve, reject) => {
      const settings = { context: folder, entry: './page.js', mode: 'production', output: { path } } as const;
      // It is not minified again, which takes vite and esbuild a second but webpack half a minute.
      webpack({ ...settings, optimization: { minimize: false }, performance: { hints: false } }, (error, stats) => {
        const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
        const first = error ?? [...errors, ...warnings][0];
        if (first) reject(new Error(`webpack: ${first.message}`));
        else resolve();
      });
    });
    writeFileSync(join(path, 'index.html'), html('', './main.js'));
  },
  'import map': async (folder, name) => {
    const dist = '../node_modules/cotangent/dist/browser';
    const imports = { cotangent: `${dist}/cotangent.js`, 'cotangent/data': `${dist}/data.js` };
    mkdirSync(join(folder, name));
    cpSync(join(folder, 'page.js'), join(folder, name, 'page.js'));
    const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
    writeFileSync(join(folder, name, 'index.html'), html(map, './page.js'));
  },
};

/** Throws a bundler's warning as an error. */
function fail(warning: unknown): void {
  throw new Error((warning as { message?: string; text?: string }).message ?? (warning as { text: string }).text);
}

/** Returns a page that runs a script. */
const html = (head: string, script: string): string =>
  `<!doctype html><head><link rel="icon" href="data:,">${head}</head><body></body><script type="module" src="${script}"></script>`;

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves the files of a folder on this machine. Returns the server and its address. */
export async function serve(folder: string): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer(({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url!, 'http://localhost').pathname));
    try {
      const text = readFileSync(join(folder, path));
      response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' }).end(text);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
