/**
 * Writes the pictures of the README: the front page of the built playground, light and dark, with
 * five draws. `npm run playground:picture` builds the page first.
 */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { chromium as executablePath } from '../test/support/chromium.ts';

const page = new URL('../examples/dist/playground/playground.html', import.meta.url);
const browser = await chromium.launch({ ...(executablePath && { executablePath }), chromiumSandbox: false });
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({
    viewport: { width: 1160, height: 900 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  const tab = await context.newPage();
  await tab.goto(`${page.href}#v1/figure-1?draws=5`);
  const figure = await tab.locator('[data-test=figure-1]').boundingBox();
  const controls = await tab.locator('.figure1-controls').boundingBox();
  const margin = 24;
  const clip = {
    x: figure!.x - margin,
    y: figure!.y - margin,
    width: figure!.width + 2 * margin,
    height: controls!.y - figure!.y + margin / 2,
  };
  await tab.screenshot({
    path: fileURLToPath(new URL(`../docs/playground-${colorScheme}.png`, import.meta.url)),
    clip,
  });
  await context.close();
}
await browser.close();
