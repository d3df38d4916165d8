import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { builtFolder } from '../../support/built.ts';
import { isolation } from '../../support/chromium.ts';

const folder = join(builtFolder(), 'dist', 'browser');

/**
 * A page that may run scripts of its own host and compile WebAssembly, but evaluates no text: it
 * sums a million squares, and reports.
 */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const page = '<!doctype html><script type="module" src="/page.js"></script>';
const script = `
import { arange, grad, setDevice, tensor } from '/cotangent.js';
const evaluates = (() => { try { return Function('return true')(); } catch { return false; } })();
const run = async () => {
  await setDevice('webasm');
  const slope = await grad((x) => x.tanh().mul(x).sum())(tensor([0, 0.5, 2])).data();
  const sum = await arange(1_000_000).mod(7).square().sum().item();
  return [evaluates, self.crossOriginIsolated, ...Array.from(slope, (v) => v.toFixed(4)), sum].join(' ');
};
run().then((text) => (document.title = text), (error) => (document.title = String(error)));
`;

const asked: string[] = [];

function serve(headers: Record<string, string>): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    asked.push(url);
    const own = { '/': page, '/page.js': script }[url] ?? readFileSync(join(folder, url));
    response.writeHead(200, {
      'content-type': url === '/' ? 'text/html' : 'text/javascript',
      'content-security-policy': policy,
      ...headers,
    });
    response.end(own);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

let servers: readonly Server[];
beforeAll(async () => {
  servers = await Promise.all([serve({}), serve(isolation)]);
});
afterAll(() =>
  servers.forEach((server) => {
    server.closeAllConnections();
    server.close();
  }),
);

test.for([0, 1])(
  'webasm computes in a page whose policy allows WebAssembly and no evaluation of text, isolated or not (%i), without gpu.js',
  async (isolated, { skip }) => {
    const executablePath = inject('chromium');
    if (executablePath === '') skip('there is no Chromium to open the page');
    const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
    try {
      const tab = await browser.newPage();
      asked.length = 0;
      await tab.goto(`http://127.0.0.1:${(servers[isolated]!.address() as AddressInfo).port}/`);
      await expect.poll(() => tab.title(), { timeout: 60_000 }).not.toBe('');
      const slopes = [0, 0.5, 2].map((x) => (Math.tanh(x) + x * (1 - Math.tanh(x) ** 2)).toFixed(4));
      let sum = 0;
      for (let i = 0; i < 1_000_000; i++) sum += (i % 7) ** 2;
      expect(await tab.title()).toBe(['false', String(isolated === 1), ...slopes, sum].join(' '));
      expect(asked.filter((url) => url.includes('gpu'))).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
