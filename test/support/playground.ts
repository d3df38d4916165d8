import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { preview, type PreviewServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { builtPlayground } from './built.ts';
import { chromium as executablePath, chromiumArguments, isolation } from './chromium.ts';

/** The built playground, served on this machine, and a browser. */
interface Playground {
  /**
   * Opens the page at an address such as `#v1/figure-1?k=0` in a context of its own. What goes
   * wrong in it is added to `problems`: exceptions, errors on the console, requests to other
   * machines.
   */
  readonly open: (hash: string, options?: BrowserContextOptions) => Promise<Page>;
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * Serves the playground before a file's tests, and ends it after them. After each test nothing may
 * have gone wrong, but for what `accepts`.
 */
export function usePlayground(accepts: (problem: string) => boolean = () => false): Pick<Playground, 'open'> {
  let playground: Playground;
  let seen = 0;
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterEach(() => {
    const problems = playground.problems.slice(seen);
    seen = playground.problems.length;
    expect(problems.filter((problem) => !accepts(problem))).toEqual([]);
  });
  afterAll(async () => {
    await playground?.close();
  });
  return { open: (...given) => playground.open(...given) };
}

/** Serves the playground of the built copy and starts a browser. */
async function startPlayground(): Promise<Playground> {
  const server: PreviewServer = await preview({
    root: await builtPlayground(),
    configFile: false,
    logLevel: 'silent',
    build: { outDir: '.' },
    preview: { port: 0, host: '127.0.0.1', headers: isolation },
  });
  const address = server.resolvedUrls!.local[0]!;
  const browser: Browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    chromiumSandbox: false,
    args: [...chromiumArguments],
  });
  const problems: string[] = [];
  return {
    problems,
    open: async (hash, options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(address) && !/^(?:blob|data|about):/.test(url)) problems.push(`a request to ${url}`);
      });
      await page.goto(`${address}${hash}`);
      return page;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
