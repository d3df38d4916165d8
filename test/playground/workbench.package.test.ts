import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { grad, printGraph, setDevice, tensor, type Tensor } from 'cotangent';
import type { BrowserContextOptions, Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { elementwise } from '../../kernels/elementwise.ts';
import { long } from '../support/long.ts';
import { usePlayground } from '../support/playground.ts';

const playground = usePlayground();

const still = { reducedMotion: 'reduce' } as const satisfies BrowserContextOptions;

/**
 * Chooses a program of ours in the workbench that the tests share, and waits until it has run. It
 * runs anew each time.
 */
async function open(sample: string): Promise<Page> {
  const page = await playground.shared('#v1/workbench?s=chain', still);
  await page.locator('[data-test=samples]').selectOption(sample);
  await expect.poll(() => text(page, 'status'), { timeout: 20_000 }).toBe('idle');
  await page.locator('[data-test=graph]').waitFor();
  return page;
}

/** The box of the primal whose name begins with a text. */
const box = (page: Page, name: string): ReturnType<Page['locator']> =>
  page.locator('[data-test=box-node]:not([data-under])', { hasText: new RegExp(`^${name}`) }).first();

const text = (page: Page, name: string): Promise<string> => page.locator(`[data-test=${name}]`).innerText();

const tab = (page: Page, name: string): Promise<void> => page.locator(`[data-test=tab-${name}]`).click();

/** The number of the line in the program that is marked as selected. */
const litLine = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const lit = document.querySelector('.cm-selected-line');
    return lit === null ? undefined : (lit as HTMLElement).innerText.trim();
  });

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly under: string | undefined;
}

/** Where each box lies on the screen, by its name. */
const boxes = (page: Page): Promise<Record<string, Rectangle>> =>
  page.evaluate(() => {
    const graph = document.querySelector('[data-test=graph]')!;
    const origin = graph.getBoundingClientRect();
    return Object.fromEntries(
      [...graph.querySelectorAll<SVGGElement>('[data-box]')].map((g) => {
        const { x, y, width } = g.querySelector('.graph-node-frame')!.getBoundingClientRect();
        return [g.dataset.box!, { x: x - origin.x, y: y - origin.y, width, under: g.dataset.under }];
      }),
    );
  });

describe('a node is lit everywhere', () => {
  const line = 'const y = x.mul(2).tanh();';
  const partial = 'x\u0304 += \u0233 · 4 * bell(2 * x)';

  test('by a click on its box: its line, its rule and its number', async () => {
    const page = await open('chain');
    await box(page, 'tanh').click();
    await expect.poll(() => litLine(page)).toBe(line);
    const value = Number(await page.locator('[data-test=number-value]').getAttribute('data-value'));
    expect(Math.abs(value - Math.tanh(1))).toBeLessThan(1e-12);
    const cotangent = Number(await page.locator('[data-test=number-cotangent]').getAttribute('data-value'));
    expect(Math.abs(cotangent - 2 * Math.tanh(1))).toBeLessThan(1e-12);
    await tab(page, 'Rule');
    expect(await text(page, 'partial')).toBe(partial);
    expect(await text(page, 'rule')).toContain('tanh: unary((x) => Math.tanh(x), (x) => 4 * op.bell(2 * x), {');
  });

  test('in its kernel: the variables of JavaScript are those of GLSL and WGSL, and a link keeps the language', async () => {
    const page = await open('chain');
    await box(page, 'tanh').click();
    await tab(page, 'Kernel');
    const lit = (): Promise<string[]> => page.locator('.kernel .code-lit').allInnerTexts();
    const variables = (lines: readonly string[], pattern: RegExp): Set<string> =>
      new Set(lines.flatMap((l) => pattern.exec(l)?.[1] ?? []));
    await expect.poll(async () => (await lit()).length, { timeout: 30_000 }).toBeGreaterThan(1);
    const inJavascript = variables(await lit(), /const (v\d+) =/);
    expect(inJavascript.size).toBeGreaterThan(0);
    await page.locator('[data-test=language-GLSL]').check();
    await expect
      .poll(async () => variables(await lit(), /float user_(v\d+)=/), { timeout: 30_000 })
      .toEqual(inJavascript);
    await page.locator('[data-test=language-WGSL]').check();
    await expect
      .poll(async () => variables(await lit(), /var user_(v\d+) : f32/), { timeout: 30_000 })
      .toEqual(inJavascript);
    await expect.poll(() => new URL(page.url()).hash).toContain('d=webgpu');
    await page.reload();
    await box(page, 'tanh').waitFor();
    expect(await page.locator('[data-test=language-WGSL]').isChecked()).toBe(true);
    await page.locator('[data-test=language-WebAssembly]').check();
    await expect.poll(() => text(page, 'kernel'), { timeout: 30_000 }).toMatch(/\(func[^]*f32x4\.mul/);
  });

  test('by the caret on its line', async () => {
    const page = await open('chain');
    await page.locator('.cm-line', { hasText: 'tanh()' }).click();
    await expect.poll(() => page.locator('.graph-node-selected').count()).toBe(1);
    expect(await page.locator('[data-test=inspected]').innerText()).toMatch(/^tanh/);
  });

  test('by the keyboard alone', async () => {
    const page = await open('chain');
    await page.locator('[data-box][tabindex="0"]').focus();
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
    for (const name of ['mul', 'tanh']) {
      await page.keyboard.press('ArrowRight');
      expect(
        await page.evaluate(() => document.activeElement!.querySelector('.graph-said')?.textContent ?? ''),
      ).toMatch(new RegExp(`^${name}`));
    }
    await page.keyboard.press('Enter');
    expect(await page.locator('[data-test=inspected]').innerText()).toMatch(/^tanh/);
    await expect.poll(() => litLine(page)).toBe(line);
    // Tab leads on to the stepper and the inspector; the arrows choose its tabs.
    await tab(page, 'Numbers');
    await page.locator('[data-test=tab-Numbers]').focus();
    await page.keyboard.press('ArrowRight');
    expect(await text(page, 'partial')).toBe(partial);
  });
});

describe('the mirror', () => {
  test('moves no box of the program, and each of its boxes is in the column of its node', async () => {
    const page = await open('diamond');
    await page.locator('[data-test=level-0]').click();
    await expect.poll(async () => Object.values(await boxes(page)).some((b) => b.under !== undefined)).toBe(false);
    const before = await boxes(page);
    await page.locator('[data-test=level-1]').click();
    await expect.poll(async () => Object.values(await boxes(page)).some((b) => b.under !== undefined)).toBe(true);
    const after = await boxes(page);
    for (const [name, { x, y }] of Object.entries(before)) {
      // The pane centres the picture; boxes keep their places in it, up to the rounding of pixels.
      expect(after[name]!.x).toBeCloseTo(x, 1);
      expect(after[name]!.y).toBeCloseTo(y, 1);
    }
    for (const { x, under } of Object.values(after)) if (under !== undefined) expect(x).toBeCloseTo(after[under]!.x, 1);
  });

  test('what printGraph prints in the page is what it prints in Node', async () => {
    await setDevice('reference');
    const f = (x: Tensor): Tensor => x.mul(x.tanh());
    const printed = printGraph(grad(f)(0.5));
    const page = await open('1-one-derivative');
    await expect.poll(() => text(page, 'console')).toContain(printed.split('\n').at(-1)!);
    expect(await text(page, 'console')).toContain(printed);
  });
});

describe('the stepper', () => {
  async function toBeginning(page: Page): Promise<void> {
    const first = page.locator('[data-test=step-first]');
    if (await first.isEnabled()) await first.click();
  }

  /** All that the graph shows: texts and classes. */
  const snapshot = (page: Page): Promise<string> =>
    page.evaluate(() => document.querySelector('[data-test=graph]')!.innerHTML);

  test('goes back to the same picture, and before an arrival there is a dash, never 0', async () => {
    const page = await open('diamond');
    await toBeginning(page);
    expect(await text(page, 'step-count')).toMatch(/^0 \//);
    const texts = await page.locator('[data-box]').allTextContents();
    for (const t of texts) {
      expect(t).toContain('—');
    }
    const seen = [await snapshot(page)];
    await page.locator('[data-box][tabindex="0"]').focus();
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press(']');
      seen.push(await snapshot(page));
    }
    expect(new Set(seen).size).toBe(7);
    for (let i = 5; i >= 0; i--) {
      await page.keyboard.press('[');
      expect(await snapshot(page)).toBe(seen[i]);
    }
    await page.keyboard.press('End');
    expect(
      await page
        .locator('[data-box]')
        .allTextContents()
        .then((all) => all.join()),
    ).not.toContain('—');
    await page.keyboard.press('Home');
    expect(await snapshot(page)).toBe(seen[0]);
  });

  test('shows two terms at a value that is used twice, and then their sum', async () => {
    const page = await open('diamond');
    await toBeginning(page);
    const sentence = page.locator('[data-test=step-text]');
    for (let i = 0; i < 40 && !(await sentence.innerText()).startsWith('2 terms arrive'); i++)
      await page.locator('[data-test=step-on]').click();
    expect(await sentence.innerText()).toMatch(/^2 terms arrive at sin, line 7: /);
    await box(page, 'sin').click();
    await tab(page, 'Numbers');
    expect(await page.locator('[data-test=number-cotangent]').innerText()).toBe('—');
    const terms = await Promise.all(
      [1, 2].map(async (i) => Number(await page.locator(`[data-test="number-term ${i}"]`).getAttribute('data-value'))),
    );
    await page.locator('[data-test=step-on]').click();
    const sum = Number(await page.locator('[data-test=number-cotangent]').getAttribute('data-value'));
    expect(sum).toBe(terms[0]! + terms[1]!);
    const s = Math.sin(1);
    expect(sum).toBeCloseTo(3 * (1 + s) * Math.exp(s), 12);
  });
});

test('lanes have two colours and letters, and the play of one leaves out the other', async () => {
  const page = await open('4-two-gradients');
  expect(new Set(await page.locator('.graph-lane').allTextContents())).toEqual(new Set(['A', 'B']));
  const colours = await page.evaluate(() =>
    ['loss-1', 'loss-2'].map((c) => getComputedStyle(document.querySelector(`.${c} .graph-node-frame`)!).stroke),
  );
  expect(colours[0]).not.toBe(colours[1]);
  await page.locator('[data-test=lane-A]').click();
  await page.locator('[data-test=step-first]').click();
  const met: string[] = [];
  for (let i = 0; i < 60 && (await page.locator('[data-test=step-on]').isEnabled()); i++) {
    await page.locator('[data-test=step-on]').click();
    met.push(
      await page
        .locator('.graph-node-reached .graph-lane')
        .allTextContents()
        .then((all) => all.join()),
    );
  }
  expect(met.slice(0, -1)).toContain('A');
  expect(met.slice(0, -1)).not.toContain('B');
});

describe('the merge', () => {
  const result = (page: Page, at: number): Promise<string> =>
    page.locator('[data-test=merge-result]').nth(at).innerText();
  const fill = (page: Page, name: string, value: string): Promise<void> =>
    page.locator(`[data-test=${name}-number]`).fill(value);

  async function merge(): Promise<Page> {
    const page = await open('fan');
    await box(page, 'fanOut').click();
    await tab(page, 'Merge');
    await page.locator('[data-test=merge-reset]').click();
    await page.locator('[data-test=merge-group]').nth(1).click();
    return page;
  }

  test('at U = 0.6 the result is 7, at 0.8 it is −3, and its law is 0.7 and 0.3', async () => {
    const page = await merge();
    expect(await page.locator('[data-test=purity]').allInnerTexts()).toEqual(['1.000', '0.700']);
    await fill(page, 'merge-draw', '0.6');
    expect(await result(page, 1)).toBe('7');
    await fill(page, 'merge-draw', '0.8');
    expect(await result(page, 1)).toBe('−3');
    expect(await text(page, 'law')).toMatch(/\+7\s+0\.700\s+−3\s+0\.300/);
    expect(await text(page, 'law-mean')).toBe('4');
    expect(await text(page, 'law-variance')).toBe('21');
  });

  test('k = 0, a leak and marginalize give the numbers of docs/several-losses.md', async () => {
    const page = await merge();
    await fill(page, 'merge-k', '0');
    expect(await text(page, 'law-mean')).toBe('2');
    expect(await text(page, 'law-variance')).toBe('25');
    await page.locator('[data-test=merge-reset]').click();
    await fill(page, 'merge-draw', '0.6');
    await fill(page, 'merge-leak-B', '0.5');
    expect(await result(page, 1)).toBe('5.5');
    await page.locator('[data-test=merge-reset]').click();
    await page.locator('[data-test=merge-marginalize]').check();
    // G = (10, −2): P = 10/12.
    expect(await page.locator('[data-test=purity]').allInnerTexts()).toEqual(['0.833']);
  });

  test('the mean of many draws is as near to the shown mean as Bernstein says', async () => {
    const page = await merge();
    const draws = long ? 400 : 60;
    const sum = await page.evaluate(async (n) => {
      const button = document.querySelector<HTMLButtonElement>('[data-test=reseed]')!;
      const at = (): string => document.querySelectorAll<HTMLElement>('[data-test=merge-result]')[1]!.innerText;
      let total = 0;
      for (let i = 0; i < n; i++) {
        button.click();
        await new Promise((go) => setTimeout(go));
        total += Number(at().replace('−', '-'));
      }
      return total;
    }, draws);
    const [mean, variance] = [Number(await text(page, 'law-mean')), Number(await text(page, 'law-variance'))];
    // |mean − E| ≤ √(2 σ² L / n) + 2 b L / (3 n) but for a probability of 2 e^{−L}, if |X − E| ≤ b.
    const L = Math.log(2 / 1e-9);
    expect(Math.abs(sum / draws - mean)).toBeLessThan(Math.sqrt((2 * variance * L) / draws) + (14 * L) / (3 * draws));
  });
});

describe('a program of the reader’s own', () => {
  async function written(program: string): Promise<Page> {
    const page = await open('chain');
    await page.locator('[data-test=plain]').check();
    await page
      .locator('[data-test=editor-box]')
      .fill(`import * as c from 'cotangent';\nawait c.setDevice('reference');\n${program}`);
    await page.locator('[data-test=run]').click();
    await expect.poll(() => text(page, 'status'), { timeout: 20_000 }).toBe('idle');
    await page.locator('[data-test=plain]').uncheck();
    return page;
  }

  test('in forward mode shows the tangent of a node, and the rule that makes it', async () => {
    const page = await written(
      `console.log(await c.jvp((x) => x.sin().mul(x), [c.tensor(2)], [c.tensor(1)])[1].item());`,
    );
    await box(page, 'sin').click();
    await tab(page, 'Numbers');
    const tangent = Number(await page.locator('[data-test=number-tangent]').getAttribute('data-value'));
    expect(tangent).toBeCloseTo(Math.cos(2), 12);
    await tab(page, 'Rule');
    expect(await text(page, 'partial')).toBe('\u1E8F += \u1E8B · cos(x)');
  });

  test('with NaN and ∞ beyond what a box shows marks the boxes, and the merge names the loss', async () => {
    const page = await written(`const x = c.tensor(Array.from({ length: 100 }, (_, i) => (i === 90 ? NaN : i)));
const rule = c.signDrop({ key: c.key(7), marginalize: 'none', keep: (p) => p.square().mul(p.mul(-2).add(3)) });
const total = (h) => { const lanes = c.fanOut(h, 2, rule); return lanes.at(0).mul(x.slice([89], [91])).sum().sub(lanes.at(1).sum()); };
console.log(await c.grad(total)(c.tensor([1, 1])).array());`);
    await expect.poll(() => page.locator('[data-test=strip-unseen]').count()).toBe(1);
    await box(page, 'fanOut').click();
    await tab(page, 'Merge');
    expect(await page.locator('[data-test=merge-group]').nth(1).innerText()).toContain('A NaN');
    expect(await text(page, 'merge')).toContain('f(P) = square(P) * (P * -2 + 3)');
    // 89 against −1 with f(P) = 3 P² − 2 P³.
    const p = 89 / 90;
    expect(await text(page, 'law')).toContain(
      3 * p ** 2 - 2 * p ** 3 > 0.9995 ? '>0.999' : (3 * p ** 2 - 2 * p ** 3).toFixed(3),
    );
  });
});

test('a graph of hundreds of nodes is shown by its lines, which open', async () => {
  const page = await open('3-newton');
  await page.locator('[data-test=bookmark]').selectOption({ index: 2 });
  await page.locator('[data-test=box-line]').first().waitFor();
  expect(await page.locator('[data-box]').count()).toBeLessThan(60);
  await page.locator('[data-test=as-list]').click();
  expect(await page.locator('[data-test=graph-list] button').count()).toBeGreaterThan(500);
  await page.locator('[data-test=as-list]').click();
});

test('a program whose graph is smaller than the last one is shown as well', async () => {
  const page = await open('5-two-losses');
  await box(page, 'fanOut').waitFor();
  for (const [name, op] of [
    ['chain', 'tanh'],
    ['diamond', 'mul'],
    ['chain', 'tanh'],
  ] as const) {
    await page.locator('[data-test=samples]').selectOption(name);
    await box(page, op).first().waitFor();
  }
});

/** Every entry of the table in the middle of its domain, away from kinks. */
const entries = Object.entries(elementwise).map(([name, { arity, domain }]) => {
  const inside = ([low, high]: readonly [number, number], i: number): number =>
    Number.isFinite(low) && Number.isFinite(high)
      ? low + (high - low) * (0.6 + 0.1 * i)
      : Number.isFinite(low)
        ? low + 0.7 + 0.4 * i
        : 0.7 + 0.6 * i;
  return { name, at: domain.slice(0, arity).map(inside) };
});

test('every entry of the table has the same value, gradient and second derivative in the built page as in Node', async () => {
  const program = `
import * as c from 'cotangent';
await c.setDevice('reference');
const out = [];
for (const { name, at } of ${JSON.stringify(entries)}) {
  const f = (...xs) => (name in c ? c[name](...xs) : xs[0][name](...xs.slice(1)));
  const of = (x) => f(x, ...at.slice(1).map((v) => c.tensor(v)));
  const row = [await of(c.tensor(at[0])).item(), await c.grad(of)(at[0]).item(), await c.grad(c.grad(of))(at[0]).item()];
  out.push(name + ' ' + row.join(' '));
}
console.log(out.join('\\n'));`;
  await setDevice('reference');
  const lines: string[] = [];
  const own = (await import('cotangent')) as unknown as Record<string, (...xs: Tensor[]) => Tensor>;
  for (const { name, at } of entries) {
    const of = (x: Tensor): Tensor => {
      const others = at.slice(1).map((v) => tensor(v));
      return name in own
        ? own[name]!(x, ...others)
        : (x as unknown as Record<string, (...xs: Tensor[]) => Tensor>)[name]!(...others);
    };
    const row = [of(tensor(at[0]!)), grad(of)(at[0]!), grad(grad(of))(at[0]!)];
    lines.push([name, ...(await Promise.all(row.map((t) => t.item())))].join(' '));
  }
  const page = await open('chain');
  await page.locator('[data-test=plain]').check();
  await page.locator('[data-test=editor-box]').fill(program);
  await page.locator('[data-test=run]').click();
  await expect.poll(() => text(page, 'console'), { timeout: 20_000 }).toContain(entries.at(-1)!.name);
  const printed = (await page.locator('[data-test=console-line]').last().innerText()).split('\n');
  await page.locator('[data-test=plain]').uncheck();
  // Two versions of V8 may differ in the last digit of a function of Math.
  const numbers = (line: string): readonly number[] => line.split(' ').slice(1).map(Number);
  expect(printed.map((l) => l.split(' ')[0])).toEqual(lines.map((l) => l.split(' ')[0]));
  printed.forEach((line, i) =>
    numbers(line).forEach((x, j) => {
      const y = numbers(lines[i]!)[j]!;
      expect(Math.abs(x - y), line).toBeLessThanOrEqual(1e-14 * Math.abs(y));
    }),
  );
});

describe('the workbench fits', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

  test.each([
    ['a phone', 360, 740],
    ...(long
      ? ([
          ['a tablet', 820, 1180],
          ['a desktop', 1280, 800],
        ] as const)
      : []),
  ] as const)('%s: nothing is wider, and axe finds nothing serious', async (_, width, height) => {
    const page = await playground.open('#v1/workbench?s=fan', { ...still, viewport: { width, height } });
    await page.locator('[data-test=graph]').waitFor({ state: 'attached' });
    if (width < 720) await page.locator('[data-test=pane-graph]').click();
    await box(page, 'fanOut').click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    if (width < 720) {
      await page.locator('[data-test=pane-program]').click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    if (width < 1180) await page.locator('[data-test=pane-inspector]').click();
    await tab(page, 'Merge');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.addScriptTag({ content: axe });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run: (what: object) => Promise<AxeResults> } }).axe.run({
        // CodeMirror's own; the text in it takes the focus.
        exclude: ['.cm-scroller'],
      }),
    );
    const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    expect(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)).toEqual([]);
    await page.context().close();
  });
});
