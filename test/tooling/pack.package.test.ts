import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { builtPlayground, unpackInto } from '../support/built.ts';
import { bin, run, tsc } from '../support/buildPackage.ts';
import { filesBelow } from '../support/sources.ts';

let user: string;

const program = `
import { device, grad, setDevice, tensor, type Tensor } from 'cotangent';

export async function slopes(name: 'reference' | 'webasm'): Promise<string> {
  await setDevice(name);
  const f = (x: Tensor) => x.tanh().mul(x).sum();
  const g = await grad(f)(tensor([0, 0.5, 2])).data();
  return [device(), ...Array.from(g, (x) => x.toFixed(4))].join(' ');
}
`;

/** tanh x + x (1 − tanh² x) at 0, 0.5 and 2. */
const expected = [0, 0.5, 2].map((x) => (Math.tanh(x) + x * (1 - Math.tanh(x) ** 2)).toFixed(4)).join(' ');

/**
 * An empty project with both packed packages in it. They are unpacked and what they depend on is
 * linked, so that the test needs no network; install.package.test.ts does the same with npm itself.
 */
beforeAll(async () => {
  await builtPlayground();
  user = mkdtempSync(join(tmpdir(), 'cotangent-user-'));
  unpackInto(join(user, 'node_modules'), 'cotangent', 'cotangent-lab');
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  writeFileSync(join(user, 'slopes.ts'), program);
});
afterAll(() => rmSync(user, { recursive: true, force: true }));

/** The folders of a packed package's files. */
function foldersOf(name: string): string[] {
  const folder = join(user, 'node_modules', name);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const folders = files.map(({ parentPath, name: file }) => {
    const parts = relative(folder, join(parentPath, file)).split(sep);
    return parts.slice(0, parts[0] === 'dist' && name === 'cotangent' ? 2 : 1).join('/');
  });
  return [...new Set(folders)].sort();
}

test('the engine holds what it needs and nothing else', () => {
  const dist = ['browser', 'kernels', 'node', 'src'].map((name) => `dist/${name}`);
  const wanted = [
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    ...dist,
    'docs',
    'examples',
    'kernels',
    'package.json',
    'src',
  ];
  expect(foldersOf('cotangent')).toEqual(wanted);
  expect(
    readdirSync(join(user, 'node_modules/cotangent/examples')).filter((file) => !/^\d-.*\.ts$/.test(file)),
  ).toEqual(['own']);
  expect(
    readdirSync(join(user, 'node_modules/cotangent/dist/src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.js'),
    ),
  ).toEqual([]);
});

test('the lab holds its programs, built and to be read, and the command', () => {
  const programs = filesBelow('examples', '.ts')
    .map((path) => path.split('/')[1]!)
    // Of the playground the built page is shipped.
    .filter((folder) => folder !== 'playground');
  const wanted = [...new Set([...programs, 'LICENSE', 'README.md', 'bin', 'dist', 'package.json'])];
  expect(foldersOf('cotangent-lab')).toEqual(wanted.sort());
  const page = join(user, 'node_modules/cotangent-lab/dist/playground');
  expect(readdirSync(page).sort()).toEqual(['assets', 'index.html', 'offline.js', 'playground.html']);
});

/** The pages of a packed package that link to what is not in it: `page: link`. */
function deadLinks(name: string): string[] {
  const folder = join(user, 'node_modules', name);
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  return pages.flatMap((page) => {
    const text = readFileSync(join(folder, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    const links = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)|(?:src|href)="([^"#]+)/g)].map(
      (match) => (match[1] ?? match[2])!,
    );
    return links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const target = join(folder, dirname(page), link);
        return relative(folder, target).startsWith('..') || !existsSync(target);
      })
      .map((link) => `${page}: ${link}`);
  });
}

test('every link of a packed page leads to something in its package', () => {
  expect(readdirSync(join(user, 'node_modules/cotangent/docs')).filter((file) => file.endsWith('.md')).length).toBe(
    filesBelow('docs', '.md').length,
  );
  expect({ engine: deadLinks('cotangent'), lab: deadLinks('cotangent-lab') }).toEqual({ engine: [], lab: [] });
});

test('a strict TypeScript project compiles against its types, library checks on', () => {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable', 'dom'],
    types: [],
    module: 'nodenext',
    outDir: 'compiled',
  };
  const code = `
    import type { Tensor } from 'cotangent';
    import { batches, load, readMnist, type Dataset } from 'cotangent/data';
    export const digits: Promise<Dataset<'images' | 'labels'>> = readMnist('mnist');
    export async function first(): Promise<Tensor | undefined> {
      for await (const { images } of batches(await digits, { size: 2 })) return images;
      return undefined;
    }
    export const { metadata } = await load('a.safetensors');`;
  writeFileSync(join(user, 'typed.ts'), code);
  writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['slopes.ts', 'typed.ts'] }));
  run(user, tsc, '-p', 'tsconfig.json');
});

test('it works in Node', () => {
  const code = `
    import { slopes } from './compiled/slopes.js';
    console.log(await slopes('reference'));
    console.log(await slopes('webasm'));`;
  writeFileSync(join(user, 'main.js'), code);
  expect(run(user, process.execPath, 'main.js').trim().split('\n')).toEqual([
    `reference ${expected}`,
    `webasm ${expected}`,
  ]);
});

test('importing it in Node does not load gpu.js, and a device of gpu.js does', () => {
  const code = `
    import { register } from 'node:module';
    import { MessageChannel } from 'node:worker_threads';
    const { port1, port2 } = new MessageChannel();
    const loaded = [];
    port1.on('message', (url) => loaded.push(url)).unref();
    const hook = 'let port; export const initialize = (given) => { port = given; };' +
      'export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };';
    register('data:text/javascript,' + encodeURIComponent(hook), { data: port2, transferList: [port2] });
    const { setDevice } = await import('cotangent');
    const seen = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return loaded.some((url) => url.endsWith('gpujs.js'));
    };
    const before = await seen();
    await setDevice('cpu');
    console.log(before, await seen());`;
  writeFileSync(join(user, 'lazy.js'), code);
  expect(run(user, process.execPath, 'lazy.js').trim()).toBe('false true');
});

/** A file of the browser build with all that it imports from beside it. */
function withImports(name: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(name)) return seen;
  const text = readFileSync(join(user, 'node_modules/cotangent/dist/browser', name), 'utf8');
  seen.set(name, text);
  for (const [, next] of text.matchAll(/\bfrom\s*["']\.\/([^"']+)["']/g)) withImports(next!, seen);
  return seen;
}

test('Node imports one file and the engine that it shares with cotangent/testing', () => {
  const node = join(user, 'node_modules/cotangent/dist/node');
  const imports = (name: string): string[] =>
    [...readFileSync(join(node, name), 'utf8').matchAll(/\bfrom ["']([^"']+)["']/g)].map((match) => match[1]!);
  expect([...new Set(imports('cotangent.js'))]).toEqual(['./engine.js']);
  expect([...new Set(imports('engine.js'))]).toEqual([]);
  expect(imports('testing.js')).toContain('./engine.js');
});

test('its browser entry is at most 60 KB gzipped, without gpu.js', () => {
  const files = [...withImports('cotangent.js').values()];
  expect(files.map((text) => gzipSync(text).length).reduce((a, b) => a + b)).toBeLessThanOrEqual(60 * 1024);
  const importers = (name: string): string[] =>
    [...withImports(name)]
      .filter(([, text]) => /import\(\s*["'`]\.\/gpujs\.js["'`]\s*\)/.test(text))
      .map(([file]) => file);
  expect(importers('gpu.js'), 'gpu.js is imported lazily').toEqual(['gpu.js']);
  expect([...importers('cotangent.js'), ...importers('webasm.js')], 'webasm needs no gpu.js').toEqual([]);
  expect(
    files.some((text) => /\bfrom\s*["'](?!\.)/.test(text)),
    'a package is imported at once',
  ).toBe(false);
});

test('cotangent/testing shares its engine with cotangent and needs fast-check beside it', () => {
  const own = withImports('testing.js');
  expect([...withImports('cotangent.js').keys()].filter((name) => own.has(name))).toEqual(['engine.js']);
  // Minified, an import has no space before its quotes; the text of a snippet has one.
  const packages = [...own.values()].flatMap((text) => [...text.matchAll(/\bfrom"([^."][^"]*)"/g)]);
  expect(new Set(packages.map((match) => match[1]))).toEqual(new Set(['fast-check']));
});

test('cotangent/testing checks claims in Node, on the device that cotangent has chosen', () => {
  const code = `
    import { setDevice } from 'cotangent';
    import { claims, verify } from 'cotangent/testing';
    await setDevice('reference');
    const { results } = await verify({ claims: claims.filter(({ name }) => name === 'negation'), runs: 20 });
    console.log(results[0].device, results[0].outcome, results[0].cases);`;
  writeFileSync(join(user, 'claims.js'), code);
  expect(run(user, process.execPath, 'claims.js').trim()).toBe('reference holds 20');
});

test('verify of the lab checks claims and a rule of a module that imports the package, on the device that is asked for', () => {
  const code = `
    import fc from 'fast-check';
    import { device, signDrop } from 'cotangent';
    import { caseClaim } from 'cotangent/testing';
    export const subject = ({ k, ...options }) => signDrop(options);
    export const claims = [caseClaim({
      name: 'small', group: 'Mine', statement: 'x < 5', source: 'a guess', expected: 'fails', devices: 'all', tolerance: 'none',
      cases: () => fc.record({ x: fc.nat(100) }),
      judge: async (cases) => cases.map(({ x }) => (x < 5 ? undefined : x + ' on ' + device())),
      snippet: ({ x }) => 'console.log(' + x + ' < 5);',
    })];`;
  writeFileSync(join(user, 'own.js'), code);
  const main = join('node_modules', 'cotangent-lab', 'dist', 'verify', 'main.js');
  const asked = ['--own', 'own.js', '--claim', 'negation', '--claim', 'small', '--device', 'cpu,reference'];
  run(user, process.execPath, main, ...asked, '--runs', '20', '--json', 'found.json', '--html', 'found.html');
  const { results } = JSON.parse(readFileSync(join(user, 'found.json'), 'utf8')) as {
    results: { claim: string; device: string; outcome: string; counterexample?: { found: string } }[];
  };
  expect(results.map((r) => [r.claim, r.device, r.outcome, r.counterexample?.found])).toEqual([
    ['negation', 'cpu', 'holds', undefined],
    ['small', 'cpu', 'fails', '5 on cpu'],
    ['negation', 'reference', 'holds', undefined],
    ['small', 'reference', 'fails', '5 on reference'],
  ]);
});

test('cotangent/data makes, batches, saves and loads in Node, with the same engine, and needs no package for files', () => {
  const code = `
    import { writeFileSync } from 'node:fs';
    import { gzipSync } from 'node:zlib';
    import { key, Tensor } from 'cotangent';
    import { batches, faces, load, readIdx, save } from 'cotangent/data';
    for await (const { images } of batches(faces({ key: key(1), size: 3 }), { size: 3 })) {
      console.log(images instanceof Tensor, images.shape.join());
      await save('faces.safetensors', { images, step: 3 });
    }
    const { tree } = await load('faces.safetensors');
    console.log(tree.step, tree.images.shape.join());
    writeFileSync('a.gz', gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7)));
    console.log((await readIdx('a.gz')).data[0]);`;
  writeFileSync(join(user, 'data.js'), code);
  expect(run(user, process.execPath, 'data.js').trim().split('\n')).toEqual(['true 3,3,32,32', '3 3,3,32,32', '7']);
});

test('what a page gets of cotangent/data names no module of Node and no package', () => {
  const own = withImports('data.js');
  expect(own.delete('engine.js')).toBe(true);
  const text = [...own.values()].join('\n');
  expect(text).not.toMatch(/["'`]node:/);
  expect(text).not.toMatch(/\bfrom\s*["'](?!\.)/);
  expect(text).not.toMatch(/\bimport\(["'`](?!\.)/);
});

test('every operation of the table is still readable in the minified browser entry', () => {
  const code = `
    import * as all from './node_modules/cotangent/dist/browser/cotangent.js';
    await all.setDevice('webasm');
    const x = all.tensor([0.25, 0.5, 0.75]);
    for (const name of process.argv.slice(2)) {
      const f = (a) => (name.startsWith('2') ? all[name.slice(1)](a, 0.4) : all[name](a)).sum();
      console.log(name, Number.isFinite(await f(x).item()), Number.isFinite(await all.grad(f)(x).sum().item()));
    }`;
  writeFileSync(join(user, 'table.js'), code);
  // acosh is left out: its domain begins at 1. A 2 marks those of two arguments.
  const names = ['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh'];
  names.push('asinh', 'atanh', 'sigmoid', 'softplus', 'erf', 'sqrt', 'rsqrt', 'round', 'floor', 'abs', 'relu');
  names.push('2pow', '2mod', '2atan2', '2maximum', '2less');
  const lines = run(user, process.execPath, 'table.js', ...names)
    .trim()
    .split('\n');
  expect(lines).toEqual(names.map((name) => `${name} true true`));
});

test('a Vite page builds with it, computes, and checks claims', async ({ skip }) => {
  writeFileSync(
    join(user, 'index.html'),
    '<!doctype html><body></body><script type="module" src="./page.ts"></script>',
  );
  const page = `
    import { key } from 'cotangent';
    import { faces, parseIdx } from 'cotangent/data';
    import { claims, verify } from 'cotangent/testing';
    import { slopes } from './slopes.ts';
    const gzip = new Blob([Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7)]).stream().pipeThrough(new CompressionStream('gzip'));
    const read = async () => (await parseIdx(new Uint8Array(await new Response(gzip).arrayBuffer()), 'a.gz')).data[0];
    const size = async () => (await faces({ key: key(1), size: 1 }).rows([0])).images.shape.join();
    const names = ['prop2-printed', 'negation', 'table-kinks'];
    const verdicts = async () => {
      const { results } = await verify({ claims: claims.filter((c) => names.includes(c.name)), runs: 50 });
      return results.map((r) => r.outcome).join();
    };
    Promise.all([slopes('webasm'), size(), read()]).then(async (texts) => [...texts, await verdicts()]).then(
      (texts) => (document.title = texts.join(' ')),
      (error) => (document.title = String(error)),
    );`;
  writeFileSync(join(user, 'page.ts'), page);
  run(user, bin('vite'), 'build', '--logLevel', 'warn');

  const executablePath = inject('chromium');
  if (executablePath === '') skip('the page was built; there is no Chromium to open it');
  const server = await preview({ root: user, logLevel: 'silent', preview: { port: 0, host: '127.0.0.1' } });
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
  try {
    const tab = await browser.newPage();
    await tab.goto(server.resolvedUrls!.local[0]!);
    await expect.poll(() => tab.title(), { timeout: 20_000 }).not.toBe('');
    expect(await tab.title()).toBe(`webasm ${expected} 1,3,32,32 7 fails,holds,holds`);
  } finally {
    await browser.close();
    await server.close();
  }
});
