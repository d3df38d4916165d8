import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { builtFolder, builtPlayground } from '../support/built.ts';
import { bundlers, serve } from '../support/bundlers.ts';
import { run } from '../support/buildPackage.ts';
import { textOf } from '../support/sources.ts';

const base = mkdtempSync(join(tmpdir(), 'cotangent-installed-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const tarballs = (): string[] =>
  readdirSync(base)
    .filter((file) => file.endsWith('.tgz'))
    .sort()
    .map((file) => join(base, file));

/** An empty project outside the repository, into which npm installs packed files. */
function project(name: string, ...packed: readonly string[]): string {
  const folder = join(base, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--silent', ...packed);
  return folder;
}

/** What the files below a folder take on a disk with blocks of 4 KiB, in MB of 10⁶ bytes. */
function megabytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const blocks = files.map((entry) => Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096));
  return (blocks.reduce((a, b) => a + b, 0) * 4096) / 1e6;
}

/** The size that docs/dependencies.md gives for a package. */
const toldSize = (name: string): number =>
  Number(new RegExp(`^\\| \`${name}\` +\\| ([\\d.]+) MB`, 'm').exec(textOf('docs/dependencies.md'))![1]);

let engine: string;
beforeAll(async () => {
  await builtPlayground();
  run(builtFolder(), 'npm', 'pack', '--workspaces', '--silent', '--pack-destination', base);
  engine = project('engine', tarballs()[0]!);
});

test('the engine brings the packages of its readers, weighs under 15 MB, and as much as is told', () => {
  const modules = join(engine, 'node_modules');
  const brought = readdirSync(modules).filter((name) => !name.startsWith('.'));
  expect(brought).toEqual(['cotangent']);
  expect(megabytes(modules)).toBeLessThan(15);
  expect(Math.abs(megabytes(modules) - toldSize('cotangent'))).toBeLessThan(1);
});

test('the two packages together give the command, and one engine', () => {
  const lab = project('lab', ...tarballs());
  const modules = join(lab, 'node_modules');
  expect(run(lab, 'npx', 'cotangent', 'list')).toMatch(/^attributes .*\ntransfer .*\nlandscape /);
  const engines = readdirSync(modules, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith(join('dist', 'node', 'engine.js')),
  );
  expect(engines).toEqual([join('cotangent', 'dist', 'node', 'engine.js')]);
  expect(['gpu.js', 'webgpu', 'gl'].filter((name) => existsSync(join(modules, name)))).toEqual([]);
  expect(Math.abs(megabytes(modules) - toldSize('cotangent-lab'))).toBeLessThan(3);
});

/** tanh x + x (1 − tanh² x) at 0, 0.5 and 2. */
const slopes = [0, 0.5, 2].map((x) => (Math.tanh(x) + x * (1 - Math.tanh(x) ** 2)).toFixed(4)).join(' ');

const page = `
import { device, grad, setDevice, tensor } from 'cotangent';
import { parseCsv, parseIdx } from 'cotangent/data';
const found = [];
for (const name of ['reference', 'webasm', 'cpu']) {
  await setDevice(name);
  const slope = await grad((x) => x.tanh().mul(x).sum())(tensor([0, 0.5, 2])).data();
  found.push(device() + ' ' + Array.from(slope, (x) => x.toFixed(4)).join(' '));
}
const { columns } = await parseCsv(new TextEncoder().encode('x\\n7\\n'), 'a.csv');
const packed = new Blob([Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 9)]).stream().pipeThrough(new CompressionStream('gzip'));
const { data } = await parseIdx(new Uint8Array(await new Response(packed).arrayBuffer()), 'a.gz');
document.title = [...found, columns.x.data[0], data[0]].join(', ');`;

describe('a page computes gradients on three devices and reads files', () => {
  const executablePath = inject('chromium');
  let browser: Browser | undefined;
  let server: Awaited<ReturnType<typeof serve>>;
  let folder: string;
  beforeAll(async () => {
    folder = join(base, 'pages');
    cpSync(engine, folder, { recursive: true });
    writeFileSync(join(folder, 'page.js'), page);
    server = await serve(folder);
    if (executablePath !== '') browser = await chromium.launch({ executablePath, chromiumSandbox: false });
  });
  afterAll(async () => {
    await browser?.close();
    server.server.close();
  });

  test.each(Object.keys(bundlers))('with %s', async (bundler) => {
    const name = bundler.replace(' ', '-');
    await bundlers[bundler]!(folder, name);
    if (!browser) return;
    const tab = await browser.newPage();
    const complaints: string[] = [];
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('console', (message) => complaints.push(message.text()));
    await tab.goto(`${server.address}/${name}/index.html`);
    await expect.poll(async () => complaints.join('\n') + (await tab.title()), { timeout: 60_000 }).not.toBe('');
    expect(complaints).toEqual([]);
    const wanted = ['reference', 'webasm', 'cpu'].map((device) => `${device} ${slopes}`);
    expect(await tab.title()).toBe([...wanted, 7, 9].join(', '));
  });
});

test('nothing in the build for pages names what a page does not have', () => {
  const dist = join(engine, 'node_modules/cotangent/dist/browser');
  const scripts = readdirSync(dist).filter((file) => file.endsWith('.js'));
  // acorn has the words of imports as text; the parser of esbuild, which the pages above were
  // bundled with, is not misled by it.
  for (const file of scripts.filter((file) => file !== 'gpujs.js')) {
    const text = readFileSync(join(dist, file), 'utf8');
    const names = [...text.matchAll(/\b(?:from|import\()\s*["'`]([^"'`]+)["'`]/g)].map((match) => match[1]!);
    const outside = names.filter((name) => !name.startsWith('./') && !name.startsWith('cotangent'));
    expect(outside.filter((name) => !(file === 'testing.js' && name === 'fast-check'))).toEqual([]);
  }
});

test('what is built in lies beside its licence', () => {
  for (const build of ['node', 'browser']) {
    const text = readFileSync(join(engine, 'node_modules/cotangent/dist', build, 'gpujs.LICENSE.txt'), 'utf8');
    for (const name of ['gpu.js 2.24.1', 'acorn 8.14.0', 'gpu-mock.js 1.4.1']) expect(text).toContain(name);
    expect(text.match(/Permission is hereby granted/g)).toHaveLength(3);
  }
});

describe.each([
  ['webgpu', 'webgpu'],
  ['gl', 'headlessgl'],
])('the optional package %s', (name, device) => {
  const program = `
    import { setDevice } from 'cotangent';
    await setDevice('${device}').catch((error) => console.log(error.message));`;
  const told = (): string => run(engine, process.execPath, '--input-type=module', '-e', program).trim();

  test('is asked for where it is not installed', () => {
    expect(told()).toBe(
      `setDevice: ${device} does not run here: the optional package '${name}' is not installed: npm install ${name}`,
    );
  });

  test('says why it does not load', () => {
    const folder = join(engine, 'node_modules', name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.cjs' }));
    writeFileSync(join(folder, 'index.cjs'), `throw new Error("version 'GLIBCXX_3.4.31' not found\\nby ${name}");`);
    expect(told()).toBe(
      `setDevice: ${device} does not run here: the optional package '${name}' does not load: version 'GLIBCXX_3.4.31' not found`,
    );
    // Something else that is missing is not the package.
    writeFileSync(join(folder, 'index.cjs'), `require('bindings');`);
    expect(told()).toContain(`the optional package '${name}' does not load: Cannot find module 'bindings'`);
    rmSync(folder, { recursive: true });
  });
});

test('require gives the same engine as import, where Node can require an ES module', () => {
  const code = `
    const required = require('cotangent');
    import('cotangent').then((imported) => console.log(required.Tensor === imported.Tensor, typeof required.grad));`;
  expect(run(engine, process.execPath, '--no-warnings', '--input-type=commonjs', '-e', code).trim()).toBe(
    'true function',
  );
});
