import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { drawn } from '../../examples/playground/law/drawn.ts';
import { gradDropLaw, type Outcome } from '../../examples/playground/law/gradDropLaw.ts';
import { plain, share, signed } from '../../examples/playground/law/numbers.ts';
import { long } from '../support/long.ts';
import { usePlayground } from '../support/playground.ts';

const playground = usePlayground();

const still = { reducedMotion: 'reduce' } as const satisfies BrowserContextOptions;
const phone = { ...still, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } as const;

const text = (page: Page, name: string): Promise<string> => page.locator(`[data-test=${name}]`).innerText();

/** The page's own numbers at its first feature: purity, share of arrows kept, result. */
const shown = async (page: Page): Promise<string[]> =>
  Promise.all(['purity-0', 'share-0', 'result-0'].map((name) => text(page, name)));

/** Where the handle of an arrow is, and how many pixels the gradient 1 takes. */
async function handleOf(page: Page, name: string): Promise<{ x: number; y: number; unit: number }> {
  const { x, y, width, height } = (await page.locator(`[data-test=${name}]`).boundingBox())!;
  const other = (await page.locator(`[data-test=pull-0-0]`).boundingBox())!;
  // A's handle is at +7 and B's at −3.
  return { x: x + width / 2, y: y + height / 2, unit: (other.x - x) / 10 };
}

describe('dragging −3 to +3 takes the purity from 0.700 to 1.000, and all arrows are kept', () => {
  const before = ['0.700', '0.5', '+7'];
  const after = ['1.000', '1', '+10'];

  test('by mouse', async () => {
    const page = await playground.open('', still);
    expect(await shown(page)).toEqual(before);
    const { x, y, unit } = await handleOf(page, 'pull-0-1');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 6 * unit, y + 20, { steps: 12 });
    await page.mouse.up();
    expect(await shown(page)).toEqual(after);
    expect(await text(page, 'verdict-0')).toMatch(/one sign/);
    await page.context().close();
  });

  test('by ArrowUp', async () => {
    const page = await playground.open('', still);
    await page.locator('[data-test=pull-0-1]').focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowUp');
    expect(await shown(page)).toEqual(after);
    await page.context().close();
  });

  test('by touch, and a finger that moves down scrolls the page', async () => {
    const page = await playground.open('', phone);
    expect(await shown(page)).toEqual(before);
    const { x, y, unit } = await handleOf(page, 'pull-0-1');
    const session = await page.context().newCDPSession(page);
    const touch = (type: string, ...points: { x: number; y: number }[]): Promise<unknown> =>
      session.send('Input.dispatchTouchEvent', { type: type as 'touchStart', touchPoints: points });
    await touch('touchStart', { x, y });
    for (let i = 1; i <= 12; i++) await touch('touchMove', { x: x + (6 * unit * i) / 12, y });
    await touch('touchEnd');
    expect(await shown(page)).toEqual(after);
    const start = { x: x + 6 * unit, y };
    await touch('touchStart', start);
    for (let i = 1; i <= 12; i++) await touch('touchMove', { x: start.x, y: y - 15 * i });
    await touch('touchEnd');
    await expect.poll(() => page.evaluate(() => scrollY), { timeout: 10_000 }).toBeGreaterThan(50);
    expect(await shown(page)).toEqual(after);
    await page.context().close();
  });

  test('by typing the number', async () => {
    const page = await playground.open('', still);
    await page.locator('[data-test=pull-0-1-number]').fill('3');
    expect(await shown(page)).toEqual(after);
    await page.context().close();
  });
});

test('an arrow is a slider: it says its number and whether it was dropped, and takes the keys of one', async () => {
  const page = await playground.open('', still);
  const arrow = page.getByRole('slider', { name: 'Gradient of loss B at feature 1' });
  expect(await arrow.getAttribute('aria-valuetext')).toBe('−3, dropped');
  await arrow.focus();
  for (const [key, value] of [
    ['ArrowRight', '-2'],
    ['ArrowDown', '-3'],
    ['Shift+ArrowLeft', '-3.1'],
    ['PageUp', '1.9'],
    ['PageDown', '-3.1'],
    ['End', '10'],
    ['Home', '-10'],
    ['ArrowLeft', '-10'],
  ] as const) {
    await page.keyboard.press(key);
    expect([key, await arrow.getAttribute('aria-valuenow')]).toEqual([key, value]);
  }
  await page.context().close();
});

test('five coins land by themselves and rest', async () => {
  const page = await playground.open('');
  await expect.poll(() => text(page, 'draws-0'), { timeout: 20_000 }).toBe('5 draws');
  const running = (): Promise<number> =>
    page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running').length);
  await expect.poll(running, { timeout: 5000 }).toBe(0);
  await page.waitForTimeout(1500);
  expect([await text(page, 'draws-0'), await running()]).toEqual(['5 draws', 0]);
  await page.context().close();
});

test('for a reader who wants no motion, coins land at once, and nothing moves', async () => {
  const page = await playground.open('', still);
  expect(await text(page, 'draws-0')).toBe('5 draws');
  await page.locator('[data-test=draw]').click();
  expect([await text(page, 'draws-0'), await page.evaluate(() => document.getAnimations().length)]).toEqual([
    '6 draws',
    0,
  ]);
  expect(await text(page, 'spoken')).toMatch(/^Feature 1: U = 0\.\d{3} is (?:above|below) 0\.700: keep [+−]\.$/);
  await page.context().close();
});

test('a link shows its picture, and every number of it is that of the law', async () => {
  const gradients = [
    [7, -3, 2],
    [-4, 1, -0.5],
  ];
  const page = await playground.open('#v1/figure-1?g=7,-3,2;-4,1,-0.5&k=0.5&leak=0.25&seed=9&draws=208', still);
  for (const [p, row] of gradients.entries()) {
    const law = gradDropLaw(
      row.map((g) => [g]),
      { k: 0.5, leak: 0.25 },
    );
    const { outcome, positive } = drawn(law, 9, 208, p);
    const names = ['purity', 'keep', 'result', 'share', 'mean', 'variance', 'drawn-mean'];
    const [a, b] = law.outcomes as readonly [Outcome, Outcome];
    expect(await Promise.all(names.map((name) => text(page, `${name}-${p}`)))).toEqual([
      share(law.purity),
      `chance of +: ${share(law.keep)}`,
      signed(outcome!.values[0]!),
      plain(outcome!.share),
      signed(law.mean[0]!),
      plain(law.variance[0]!),
      signed((a.values[0]! * positive + b.values[0]! * (208 - positive)) / 208),
    ]);
    const dropped = await page.locator(`[data-test=position-${p}] .pull[data-dropped]`).count();
    expect(dropped).toBe(outcome!.masks.filter(([kept]) => !kept).length);
  }
  await page.context().close();
});

test('what a reader changes stands in the address, and the address brings it back', async () => {
  const page = await playground.open('', still);
  await page.locator('[data-test=positions] label').nth(1).click();
  await page.locator('[data-test=losses] label').nth(2).click();
  await page.locator('[data-test=k-number]').fill('0.3');
  await page.locator('[data-test=leak-number]').fill('0.15');
  await page.locator('[data-test=pull-1-2-number]').fill('-6.5');
  await page.locator('[data-test=draw-100]').click();
  await page.locator('[data-test=draw]').click();
  await expect.poll(() => page.url(), { timeout: 10_000 }).toMatch(/draws=106/);
  const picture = await page.locator('.positions').innerText();
  await page.reload();
  expect(await page.locator('.positions').innerText()).toBe(picture);
  expect(await page.locator('[data-test=pull-1-2-number]').inputValue()).toBe('-6.5');
  await page.context().close();
});

test('a link is copied, and it leads to the same picture', async () => {
  const page = await playground.open('#v1/figure-1?g=5,-2,1&draws=12', {
    ...still,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.locator('[data-test=copy-link]').click();
  await expect.poll(() => text(page, 'copy-link')).toBe('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const picture = await page.locator('.positions').innerText();
  const other = await page.context().newPage();
  await other.goto(link);
  expect(await other.locator('.positions').innerText()).toBe(picture);
  await page.context().close();
});

test('gradients that are no numbers get their sentence, and the page goes on', async () => {
  const page = await playground.open('#v1/figure-1?g=NaN,-3;0,0;Infinity,1', still);
  expect(await text(page, 'verdict-0')).toMatch(/loss A is not a number/);
  expect(await text(page, 'verdict-1')).toMatch(/no gradient here/);
  expect(await text(page, 'verdict-2')).toMatch(/loss A is infinite/);
  await page.locator('[data-test=pull-0-0-number]').fill('7');
  expect(await text(page, 'purity-0')).toBe('0.700');
  await page.context().close();
});

test('the picture opens as a program with its numbers, and the way back leads to the picture', async () => {
  const page = await playground.open('#v1/figure-1?g=2.5,-4&k=0.5', still);
  await page.locator('[data-test=open-program]').click();
  await expect.poll(() => page.url(), { timeout: 10_000 }).toMatch(/#v1\/workbench\?c=/);
  const program = page.locator('main');
  for (const part of ['tensor([2.5])', 'tensor([-4])', 'k: 0.5'])
    await expect.poll(() => program.innerText(), { timeout: 30_000 }).toContain(part);
  // It runs without being asked, because it is ours: −4 + 2.5, and 2.5 of 6.5.
  const console = page.locator('[data-test=console]');
  await expect.poll(() => console.innerText(), { timeout: 30_000 }).toMatch(/sum +\[ -1\.5 \]/);
  await expect.poll(() => console.innerText(), { timeout: 30_000 }).toMatch(/purity +\[ 0\.3846153846/);
  await page.goBack();
  await expect.poll(() => page.locator('[data-test=pull-0-1-number]').inputValue(), { timeout: 10_000 }).toBe('-4');
  await page.context().close();
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe('everyone can use it', () => {
  const widths = [
    [360, 740],
    [820, 1180],
    [1280, 900],
  ] as const;
  const all = (['light', 'dark'] as const).flatMap((colorScheme) =>
    widths.map(([width, height]) => ({ colorScheme, viewport: { width, height }, touch: width < 1000 })),
  );
  const cases = long ? all : [all[0]!, all[5]!];
  test.each(cases)('$colorScheme, $viewport.width pixels wide', async ({ colorScheme, viewport, touch }) => {
    const page = await playground.open('', { ...still, colorScheme, viewport, hasTouch: touch, isMobile: touch });
    for (const hash of ['#v1/figure-1?draws=5', '#v1/figure-1?g=7,-3,2,-5;3,1,-2,4;0,0,0,0;8,9,10,10&k=0.4&draws=9']) {
      await page.evaluate((to) => (location.hash = to), hash);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join()}`)).toEqual(
        [],
      );
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      const small = await page.evaluate((least) => {
        const targets = document.querySelectorAll('a, button, input, select, [role=slider], .choice-option');
        return Array.from(targets, (e) => [e.className, e.getBoundingClientRect()] as const)
          .filter(([name, { width, height }]) => Math.min(width, height) < least && name !== 'page-skip')
          .map(([name, { width, height }]) => `${name}: ${width} × ${height}`);
      }, 24);
      expect(small).toEqual([]);
    }
    await page.context().close();
  });
});
