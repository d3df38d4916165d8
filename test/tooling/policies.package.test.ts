import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { builtFolder } from '../support/built.ts';
import { bin, run } from '../support/buildPackage.ts';
import { chromiumArguments, isolation } from '../support/chromium.ts';
import { root } from '../support/sources.ts';

/** Pages with the built package, each under a Content-Security-Policy of its own. */

const executablePath = inject('chromium');
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

let folder: string;
let server: Server;
let browser: Browser;
let policy: string;
let head: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cotangent-policies-'));
  const own = join(folder, 'node_modules', 'cotangent');
  mkdirSync(own, { recursive: true });
  for (const part of ['package.json', 'dist']) cpSync(join(builtFolder(), part), join(own, part), { recursive: true });
  symlinkSync(join(root, 'node_modules', 'gpu.js'), join(folder, 'node_modules', 'gpu.js'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
  writeFileSync(
    join(folder, 'index.html'),
    '<html><head></head><script type="module" src="./page.js"></script></html>',
  );
  writeFileSync(join(folder, 'page.js'), `import * as cotangent from 'cotangent'; window.cotangent = cotangent;`);
  run(folder, bin('vite'), 'build', '--logLevel', 'error');
  server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : request.url!;
    try {
      const text = readFileSync(join(folder, 'dist', path), 'utf8');
      response.writeHead(200, {
        'Content-Type': types[extname(path)]!,
        ...isolation,
        ...(policy !== '' && { 'Content-Security-Policy': policy }),
      });
      response.end(text.replace('<head>', `<head>${head}`));
    } catch {
      // The page's icon.
      response.writeHead(204).end();
    }
  }).listen(0);
  if (executablePath !== '')
    browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: [...chromiumArguments] });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/**
 * What a page says to each expression, and what stands on its console. A long sum is shared out to
 * threads where there are any.
 */
async function page(
  csp: string,
  meta: string,
  expressions: readonly string[],
): Promise<{ said: unknown[]; console: string[]; workers: number }> {
  [policy, head] = [csp, meta && `<meta http-equiv="Content-Security-Policy" content="${meta}">`];
  const tab = await browser.newPage();
  const lines: string[] = [];
  tab.on('console', (message) => lines.push(message.text()));
  tab.on('pageerror', (error) => lines.push(error.message));
  await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  await tab.waitForFunction(() => 'cotangent' in window);
  const said: unknown[] = [];
  for (const expression of expressions)
    said.push(
      await tab.evaluate(`(async () => {
        // Code from text is allowed to what a debugger calls, until it waits.
        await new Promise((done) => setTimeout(done));
        const { devices, device, setDevice, tensor, grad } = window.cotangent;
        const slope = () => grad((x) => x.square().sum())(tensor([1, 2])).array();
        const long = () => tensor(Float32Array.from({ length: 1e6 }, (_, i) => i % 7)).mul(2).sum().item();
        try { return await (${expression}); } catch (error) { return error.message; }
      })()`),
    );
  // A refusal of a worker is told later.
  await tab.waitForTimeout(200);
  const workers = tab.workers().length;
  await tab.close();
  return { said, console: lines, workers };
}

const total = Array.from({ length: 1e6 }, (_, i) => (i % 7) * 2).reduce((a, b) => a + b);
const auto = `setDevice('auto').then(() => device())`;
const on = (name: string): string => `setDevice('${name}').then(slope)`;
const noText = /^setDevice: cpu does not run here: JavaScript may not be made from text .*'unsafe-eval'.* use webasm/;
const noWasm = /WebAssembly may not be compiled .*'wasm-unsafe-eval'.*; use reference$/;

describe.skipIf(executablePath === '')('a page under a Content-Security-Policy', () => {
  test('none: every device of the machine answers, threads help', async () => {
    const { said, console, workers } = await page('', '', ['devices()', on('cpu'), on('webasm'), 'long()']);
    expect(said[0]).toEqual(expect.arrayContaining(['webasm', 'cpu', 'reference']));
    expect(said.slice(1)).toEqual([[2, 4], [2, 4], total]);
    expect(console).toEqual([]);
    expect(workers).toBeGreaterThan(0);
  });

  test("without 'unsafe-eval': cpu is ruled out and says so, the others compute, workers from blobs are not tried", async () => {
    for (const csp of [
      "script-src 'self' 'wasm-unsafe-eval'",
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
    ]) {
      const asked = ['devices()', auto, on('cpu'), on('webasm'), 'long()', on('reference')];
      const { said, console, workers } = await page(csp, '', asked);
      expect(said[0]).not.toContain('cpu');
      expect(said[0]).toContain(said[1]);
      expect(said[2]).toMatch(noText);
      expect(said.slice(3)).toEqual([[2, 4], total, [2, 4]]);
      expect(console).toEqual([]);
      expect(workers).toBe(0);
    }
  });

  test("without 'wasm-unsafe-eval': webasm is ruled out and says so, as does auto, which has nothing left", async () => {
    const asked = ['devices()', auto, on('webasm'), on('cpu'), on('reference')];
    const { said, console } = await page("script-src 'self'", '', ['slope()', ...asked]);
    expect(said[0]).toMatch(/^webasm: WebAssembly may not be compiled /);
    expect(said[0]).toMatch(noWasm);
    expect(said[1]).not.toContain('webasm');
    expect(said[1]).not.toContain('cpu');
    // A machine with a real GPU has one more choice.
    if (!(said[1] as string[]).includes(said[2] as string)) {
      expect(said[2]).toMatch(/^setDevice: auto found no device: webasm: .*'wasm-unsafe-eval'.*cpu: .*'unsafe-eval'/);
      expect(said[2]).toMatch(/use reference/);
    }
    expect(said[3]).toMatch(/^setDevice: webasm does not run here: /);
    expect(said[3]).toMatch(noWasm);
    expect(said[4]).toMatch(noText);
    expect(said[5]).toEqual([2, 4]);
    expect(console).toEqual([]);
  });

  test('a policy in the page that allows workers from blobs brings threads, one that does not is silent', async () => {
    const csp = "script-src 'self' 'wasm-unsafe-eval'; worker-src blob:";
    const helped = await page(csp, 'worker-src blob:', [on('webasm'), 'long()']);
    expect(helped).toMatchObject({ said: [[2, 4], total], console: [] });
    expect(helped.workers).toBeGreaterThan(0);
    const alone = await page("script-src 'self' 'unsafe-eval'", "worker-src 'self'", [on('webasm'), 'long()']);
    expect(alone).toEqual({ said: [[2, 4], total], console: [], workers: 0 });
  });

  test('workers that a header alone refuses: the numbers are right, and only the browser complains', async () => {
    const csp = "script-src 'self' 'unsafe-eval'; worker-src 'self'";
    const { said, console, workers } = await page(csp, '', [on('webasm'), 'long()', 'long()']);
    expect(said).toEqual([[2, 4], total, total]);
    expect(console.filter((line) => !/violates the following Content Security Policy directive/.test(line))).toEqual(
      [],
    );
    expect(workers).toBe(0);
  });
});
