import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { preview, type PreviewServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { builtPlayground } from './built.ts';
import { chromium as executablePath, chromiumArguments, isolation } from './chromium.ts';

/** The built playground, served on this machine, and a browser. */
interface Playground {
  /** What went wrong in a page: exceptions, errors on the console, requests to other machines. */
  readonly problems: readonly string[];
  readonly open: (hash: string, options?: PlaygroundOptions) => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** The pages of a file's tests. */
interface Pages {
  /** Opens the page at an address such as `#v1/figure-1?k=0` in a context of its own. */
  readonly open: (hash: string, options?: PlaygroundOptions) => Promise<Page>;
  /**
   * Returns the page that earlier tests of the file were given for the same address and options, as
   * they left it, or opens it. A test that closes its context, or fails, leaves none.
   */
  readonly shared: (hash: string, options?: PlaygroundOptions) => Promise<Page>;
}

interface PlaygroundOptions extends BrowserContextOptions {
  /** Whether the editor loads its types, which take seconds; they are left out by default. */
  readonly types?: boolean;
}

/**
 * Serves the playground before a file's tests, and ends it after them. After each test nothing may
 * have gone wrong, but for what `accepts`.
 */
export function usePlayground(accepts: (problem: string) => boolean = () => false): Pages {
  let playground: Playground;
  let seen = 0;
  const pages = new Map<string, Page>();
  beforeAll(async () => {
    playground = await startPlayground();
  });
  afterEach(async ({ task }) => {
    const problems = playground.problems.slice(seen);
    seen = playground.problems.length;
    if (task.result?.state === 'fail' || problems.length > 0) {
      for (const page of pages.values()) await page.context().close();
      pages.clear();
    }
    expect(problems.filter((problem) => !accepts(problem))).toEqual([]);
  });
  afterAll(async () => {
    await playground?.close();
  });
  return {
    open: (...given) => playground.open(...given),
    shared: async (hash, options) => {
      const key = JSON.stringify([hash, options]);
      const kept = pages.get(key);
      if (kept && !kept.isClosed()) return kept;
      const page = await playground.open(hash, options);
      pages.set(key, page);
      return page;
    },
  };
}

/** Says in a page that its reader wants to save data; the playground then loads no types. */
const savesData = (): void =>
  void Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) });

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
    open: async (hash, { types = false, ...options } = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        serviceWorkers: 'block',
        ...options,
      });
      if (!types) await context.addInitScript(savesData);
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(address) && !/^(?:blob|data|about|file):/.test(url)) problems.push(`a request to ${url}`);
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
