import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { isolation } from '../../support/chromium.ts';

export interface Served {
  /** Where the page is. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page and the libraries, each package made into one module first. */
export async function serve(): Promise<Served> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const server = await createServer({
    root,
    configFile: false,
    appType: 'mpa',
    cacheDir: `${root}out/vite`,
    logLevel: 'error',
    // gpu.js is not found by looking: the built package imports it, when a device first needs it.
    optimizeDeps: { entries: ['test/bench/pages/page.ts'], include: ['gpu.js'] },
    server: { headers: isolation, hmr: false, watch: null },
  });
  await server.listen();
  return { url: `${server.resolvedUrls!.local[0]!}test/bench/pages/page.html`, close: () => server.close() };
}
