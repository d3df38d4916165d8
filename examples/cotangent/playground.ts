import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { UsageError } from '../report/usage.ts';

/** The built page, which stands beside the compiled programs. */
const folder = fileURLToPath(
  new URL(extname(import.meta.url) === '.js' ? '../playground' : '../dist/playground', import.meta.url),
);

/** These make the page cross-origin isolated, which gives it threads and fine clocks. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Listens on a port of this machine alone. Rejects if it is taken. */
const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Listens on `port`, or on the first free one from 4173 if none is given. */
async function listenFrom(server: Server, port: number | undefined): Promise<void> {
  for (let candidate = port ?? 4173; ; candidate++)
    try {
      return await listen(server, candidate);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (port !== undefined)
        throw new UsageError(`--port: ${port} is in use; without --port, the first free one is taken`, {
          cause: error,
        });
    }
}

/**
 * Opens an address in the user's browser. Where that does not work, the printed address remains.
 */
function openInBrowser(url: string): void {
  const [command, ...args] =
    { darwin: ['open', url], win32: ['cmd', '/c', 'start', '', url] }[process.platform as string] ??
    (['xdg-open', url] as const);
  spawn(command!, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

/**
 * Serves the playground on this machine until the process ends, and prints its address. Throws a
 * usage error if the port is taken, and an error if the page is not built.
 */
export async function servePlayground({ port, open }: { port?: number; open: boolean }): Promise<void> {
  if (!existsSync(join(folder, 'index.html')))
    throw new UsageError('playground: the page is not built; run `npm run playground:build` in the clone, then again');
  const serve = sirv(folder, {
    etag: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => serve(request, response));
  await listenFrom(server, port);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  process.stdout.write(`The playground is at ${url} (Ctrl-C ends it)\n`);
  if (open) openInBrowser(url);
  await new Promise(() => undefined);
}
