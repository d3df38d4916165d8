import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { isolation } from '../support/chromium.ts';
import type { Browser } from './browsers.ts';
import type { Cells } from './cells.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};

/**
 * No bundler: an import map names the installed package's files, and the page reports its cells by
 * itself.
 */
const html = `<!doctype html><meta charset="utf-8"><title>probe</title>
<script type="importmap">{ "imports": {
  "cotangent": "/node_modules/cotangent/dist/browser/cotangent.js",
  "cotangent/data": "/node_modules/cotangent/dist/browser/data.js"
} }</script>
<script type="module">
  let cells;
  try {
    cells = await (await import('/probe.js')).probe();
  } catch (error) {
    cells = { page: { wrong: String(error) } };
  }
  await fetch('/result', { method: 'POST', body: JSON.stringify(cells) });
</script>`;

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return Buffer.concat(parts).toString('utf8');
}

/** A server of `folder` on this machine alone. `reported` is what the page sends. */
function serve(folder: string): { server: Server; reported: Promise<Cells> } {
  const server = createServer();
  const reported = new Promise<Cells>((resolve, reject) => {
    server.on('request', (request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname));
      if (path === '/result') {
        textOf(request).then((text) => resolve(JSON.parse(text) as Cells), reject);
        response.end();
      } else if (path === '/') {
        response.writeHead(200, { 'Content-Type': 'text/html', ...isolation }).end(html);
      } else {
        try {
          const file = readFileSync(join(folder, path));
          response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'text/plain', ...isolation }).end(file);
        } catch {
          response.writeHead(404).end();
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  return { server, reported };
}

/** The cells of a browser: its page computes with the package that is installed in `folder`. */
export async function runInPage(browser: Browser, folder: string): Promise<Cells> {
  const { server, reported } = serve(folder);
  await once(server, 'listening');
  const profile = mkdtempSync(join(tmpdir(), 'cotangent-profile-'));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const process = spawn(browser.file, browser.args(profile, address), { stdio: 'ignore' });
  const ended = once(process, 'exit');
  const limit = setTimeout(() => process.kill(), 180_000);
  try {
    const silent = ended.then(() => {
      throw new Error(`runtimes: ${browser.name} must report within 180 s, got none`);
    });
    return await Promise.race([reported, silent]);
  } finally {
    clearTimeout(limit);
    process.kill();
    await ended;
    server.close();
    server.closeAllConnections();
    // What the browser started may write for a moment longer.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}
