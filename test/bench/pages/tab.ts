import { chromium as playwright, type Browser } from 'playwright';
import { chromium, chromiumArguments } from '../../support/chromium.ts';
import type { Entrant } from '../entrant.ts';
import type { Place } from '../lists.ts';
import type { Round, Running, Tasks } from '../messages.ts';
import type { Page } from './page.ts';
import type { Graphics } from '../results.ts';
import type { Timed } from '../session.ts';

const launch = (): Promise<Browser> =>
  playwright.launch({ executablePath: chromium!, chromiumSandbox: false, args: [...chromiumArguments] });

/**
 * Milliseconds of processor time that all processes of a browser have taken, the one that draws
 * included.
 */
async function cpuOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
}

/** A browser of its own for a library and a workload. */
export async function open(url: string, entrant: Entrant, place: Place): Promise<Running> {
  const browser = await launch();
  const page = await browser.newPage();
  // Libraries greet and warn; it is shown if something goes wrong.
  let said = '';
  page.on('console', (message) => (said = `${said}${message.text()}\n`.slice(-4000)));
  page.on('pageerror', (error) => (said = `${said}${error.message}\n`.slice(-4000)));
  await page.goto(url);
  await page.waitForFunction(() => 'page' in globalThis);
  type Scope = { page: Page };
  await page.evaluate(([entrant, place]) => (globalThis as unknown as Scope).page.open(entrant, place), [
    entrant,
    place,
  ] as const);
  const ask = async (task: keyof Tasks, asked: { readonly seconds?: number }): Promise<unknown> => {
    try {
      return await page.evaluate(([task, asked]) => (globalThis as unknown as Scope).page.ask(task, asked), [
        task,
        asked,
      ] as const);
    } catch (error) {
      throw new Error(`bench: ${entrant.library} failed: ${(error as Error).message}\n${said}`, { cause: error });
    }
  };
  return {
    async ask(task, asked) {
      if (task !== 'time') return (await ask(task, asked)) as never;
      const before = await cpuOf(browser);
      const { wall, calls } = (await ask(task, asked)) as Timed;
      const cpu = ((await cpuOf(browser)) - before) / calls;
      return { wall, cpu } satisfies Round as never;
    },
    end: () => browser.close(),
  };
}

/** Who draws in such a browser. */
export async function graphics(url: string): Promise<Graphics> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const told = await page.evaluate(async () => {
      const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
      const names = gl?.getExtension('WEBGL_debug_renderer_info');
      interface Adapter {
        readonly info: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
      }
      const { gpu } = navigator as unknown as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
      const adapter = await gpu?.requestAdapter();
      const { vendor, architecture, device, description } = adapter?.info ?? {};
      return {
        webgl: names ? String(gl!.getParameter(names.UNMASKED_RENDERER_WEBGL)) : 'none',
        webgpu: adapter ? [vendor, architecture, device, description].filter(Boolean).join(' ') : 'none',
      };
    });
    return { browser: `Chromium ${browser.version()}`, ...told };
  } finally {
    await browser.close();
  }
}
