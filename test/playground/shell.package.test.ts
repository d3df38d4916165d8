import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { writeAddress } from '../../examples/playground/state/address.ts';
import { builtFolder } from '../support/built.ts';
import { long } from '../support/long.ts';
import { usePlayground } from '../support/playground.ts';

// What the policy refuses to a program is told on the console, and a refused request is announced;
// the test of the sandbox sees that none goes out.
const playground = usePlayground(
  (problem) => /Content Security Policy/.test(problem) || problem === 'a request to https://example.com/',
);

const still = { reducedMotion: 'reduce' } as const;
const timeout = 20_000;

/** Puts a text into a page by hand, by default into the workbench that the tests share. */
async function withProgram(text: string, page?: Page): Promise<Page> {
  const on = page ?? (await playground.shared('#v1/workbench?s=chain', still));
  await on.locator('[data-test=plain]').check();
  await on.locator('[data-test=editor-box]').fill(text);
  return on;
}

const run = (page: Page): Promise<void> => page.locator('[data-test=run]').click();
const lines = (page: Page): Promise<readonly string[]> => page.locator('[data-test=console-line]').allInnerTexts();
/** The workers that could run a program; the editor's types have one of another kind. */
const runners = (page: Page): number => page.workers().filter((worker) => worker.url().startsWith('blob:')).length;
const status = (page: Page): Promise<string | null> => page.locator('[data-test=status]').textContent();
const becomes = (page: Page, to: string): Promise<void> => expect.poll(() => status(page), { timeout }).toBe(to);

describe('the sandbox', () => {
  test('gives a program neither network, nor storage, nor the page', async () => {
    const tries = {
      fetch: `await fetch('https://example.com/')`,
      XMLHttpRequest: `await new Promise((ok, no) => { const x = new XMLHttpRequest(); x.onload = ok; x.onerror = () => no(new Error('refused')); x.open('GET', 'https://example.com/'); x.send(); })`,
      WebSocket: `await new Promise((ok, no) => { const s = new WebSocket('wss://example.com/'); s.onopen = ok; s.onerror = () => no(new Error('refused')); })`,
      importScripts: `importScripts('https://example.com/a.js')`,
      indexedDB: `await new Promise((ok, no) => { const r = indexedDB.open('a'); r.onsuccess = ok; r.onerror = () => no(new Error('refused')); })`,
      caches: `await caches.open('a')`,
      localStorage: `localStorage.setItem('a', '1')`,
      parent: `parent.document.title`,
      top: `top.location = 'https://example.com/'`,
      open: `window.open('https://example.com/')`,
    };
    const program = `${Object.entries(tries)
      .map(
        ([name, code]) => `try { ${code}; console.log('${name} worked'); } catch { console.log('${name} refused'); }`,
      )
      .join('\n')}\nconsole.log('origin', self.origin);`;
    const page = await withProgram(`// @ts-nocheck\n${program}`);
    // A request that the policy refuses is announced, but never goes out: nobody hears it here.
    const heard: string[] = [];
    await page.context().route('https://example.com/**', (route) => {
      heard.push(route.request().url());
      return route.abort();
    });
    const origin = await page.evaluate(() => location.origin);
    await run(page);
    await becomes(page, 'idle');
    const names = Object.keys(tries);
    expect(await lines(page)).toEqual([...names.map((name) => `${name} refused`), 'origin null']);
    expect(await page.evaluate(() => [location.origin, localStorage.getItem('a')])).toEqual([origin, null]);
    const frame = page.locator('iframe');
    expect(await frame.getAttribute('sandbox')).toBe('allow-scripts');
    expect(heard).toEqual([]);
  });

  test('passes on no message of a shape that the page does not know', async () => {
    const page = await withProgram(`
      postMessage({ kind: 'console' });
      postMessage(JSON.stringify({ kind: 'console', dropped: 0, lines: [{ level: 'log', text: 1 }] }));
      postMessage(JSON.stringify({ kind: 'done', trace: { version: 1, nodes: [{}] } }));
      console.log('<img src=x onerror="document.title = 1">');`);
    const title = await page.title();
    await run(page);
    await becomes(page, 'idle');
    expect(await lines(page)).toEqual(['<img src=x onerror="document.title = 1">']);
    expect(await page.title()).toBe(title);
  });
});

describe('a program that does not end', () => {
  test.each([
    ['a loop', 'while (true) {}'],
    ...(long
      ? [
          ['a loop that prints', 'while (true) console.log(1);'],
          ['a loop that waits', 'for (;;) await new Promise((resolve) => setTimeout(resolve));'],
        ]
      : []),
  ])('%s leaves the page alive, is stopped, and the next run works', async (_, text) => {
    const page = await withProgram(text);
    await run(page);
    await becomes(page, 'running');
    // The answer is timed in the page: how long a click takes until it is drawn.
    const took = await page.evaluate(async () => {
      const began = performance.now();
      document.querySelector<HTMLElement>('[data-test=pane-graph]')!.click();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - began;
    });
    expect(took).toBeLessThan(2000);
    await page.locator('[data-test=stop]').click();
    await becomes(page, 'stopped');
    expect(await page.locator('[data-test=editor-box]').inputValue()).toBe(text);
    expect((await lines(page)).length).toBeLessThanOrEqual(1000);
    await withProgram('console.log(6 * 7);', page);
    await run(page);
    await becomes(page, 'idle');
    expect(await lines(page)).toEqual(['42']);
  });

  test('timers of an earlier run print nothing afterwards', async () => {
    const page = await withProgram(`setInterval(() => console.log('early'), 20);`);
    await run(page);
    await expect.poll(() => lines(page), { timeout }).toContain('early');
    await withProgram(`console.log('late'); await new Promise((resolve) => setTimeout(resolve, 400));`, page);
    await run(page);
    await becomes(page, 'idle');
    expect(await lines(page)).toEqual(['late']);
  });
});

describe('a link', () => {
  const foreign = `console.log('I ran');`;

  test('with a program of somebody else runs nothing until the reader says so', async () => {
    const page = await playground.open(`#${writeAddress({ room: 'workbench', program: foreign, others: {} })}`, still);
    await page.locator('[data-test=unread]').waitFor();
    await page.waitForTimeout(1500);
    expect([await lines(page), await status(page), runners(page)]).toEqual([[], 'idle', 0]);
    await page.locator('[data-test=run-unread]').click();
    await expect.poll(() => lines(page), { timeout }).toEqual(['I ran']);
    expect(await page.locator('[data-test=unread]').count()).toBe(0);
    // It is known here now.
    await page.reload();
    await expect.poll(() => lines(page), { timeout }).toEqual(['I ran']);
    await page.context().close();
  });

  test('to a program of ours runs at once, and its state comes back after a reload', async () => {
    const page = await playground.open('#v1/workbench?s=diamond&later=kept', still);
    await expect.poll(() => lines(page), { timeout }).toHaveLength(2);
    await page.locator('[data-test=graph]').waitFor();
    await page.locator('[data-test=box-node]').first().click();
    await page.locator('[data-test=samples]').selectOption('again');
    await expect.poll(() => lines(page), { timeout }).toHaveLength(4);
    await page.locator('[data-test=bookmark]').selectOption({ index: 2 });
    await page.locator('[data-test=level-2]').check();
    await page.locator('[data-test=box-node]').nth(1).click();
    await page.locator('[data-test=tab-Rule]').click();
    await page.waitForTimeout(900);
    const hash = new URL(page.url()).hash;
    expect(hash).toMatch(/^#v1\/workbench\?s=again&n=\d+%3A\d+%3A\d+&b=read%3A\d+%3A\d+&l=2&i=Rule&later=kept$/);
    await page.reload();
    await expect.poll(() => lines(page), { timeout }).toHaveLength(4);
    await page.waitForTimeout(900);
    expect(new URL(page.url()).hash).toBe(hash);
    expect(await page.locator('[data-test=level-2]').isChecked()).toBe(true);
    expect(await page.locator('[data-test=tab-Rule]').getAttribute('aria-selected')).toBe('true');
    await page.context().close();
  });

  test('that is hostile or damaged shows one sentence and runs nothing', async () => {
    const page = await playground.open('#v1/workbench?c=%00%ff', still);
    for (const hash of ['#v1/workbench?c=AAAA', '#v7/x', '#v1/__proto__', '#%E0%A4%A', '#v1/workbench?c=']) {
      await page.evaluate((next) => (location.hash = next), hash);
      await page.waitForTimeout(50);
      expect(await page.locator('[data-test=notice]').count()).toBe(1);
    }
    expect(runners(page)).toBe(0);
    await page.context().close();
  });
});

test('a program that has changed since it ran says so, and choosing one of ours does not lose it', async () => {
  const page = await withProgram('console.log(1);');
  await run(page);
  await expect.poll(() => lines(page), { timeout }).toEqual(['1']);
  expect(await page.locator('[data-test=stale]').count()).toBe(0);
  await withProgram('console.log(2);', page);
  await page.locator('[data-test=stale]').waitFor();
  await page.locator('[data-test=samples]').selectOption('diamond');
  await expect.poll(() => lines(page), { timeout }).toHaveLength(2);
  expect(await page.locator('[data-test=stale]').count()).toBe(0);
  await page.locator('[data-test=samples]').selectOption({ label: 'your program' });
  await expect.poll(() => lines(page), { timeout }).toEqual(['2']);
  expect(await page.locator('[data-test=editor-box]').inputValue()).toBe('console.log(2);');
});

test('the page says what a link and a graph leave out, and forged traces leave it alive', async () => {
  const page = await withProgram(`// ${'x'.repeat(64 * 1024)}`);
  await expect.poll(() => page.locator('[data-test=notice]').innerText()).toContain('above 64 KB');
  await withProgram(
    `import { tensor } from 'cotangent';\nlet x = tensor(0);\nfor (let i = 0; i < 11_000; i++) x = x.add(1);`,
    page,
  );
  expect(await page.locator('[data-test=notice]').count()).toBe(0);
  await run(page);
  await becomes(page, 'idle');
  await expect.poll(() => page.locator('[data-test=truncated]').innerText(), { timeout }).toContain('10000 nodes');
  // GradDrop with leaks that are nowhere.
  await withProgram(
    `const node = (id, op, inputs, shape, attrs = {}) => ({ id, name: op, op, inputs, shape, attrs });
    const nodes = [node(0, 'leaf', [], [2, 1]), node(1, 'leaf', [], [1]),
      node(2, 'signDrop', [0, 0, 1], [1], { k: 1, leak: true, keepZero: false })];
    const trace = { version: 1, nodes, sweeps: [], rewrites: [], reads: [{ node: 2 }] };
    postMessage(JSON.stringify({ kind: 'done', trace }));
    await new Promise(() => undefined);`,
    page,
  );
  await run(page);
  await page.locator('[data-test=box-node]', { hasText: 'signDrop' }).first().click();
  await expect.poll(() => page.locator('.workbench-inspector').innerText()).toContain('cannot be shown');
  await withProgram('console.log(3);', page);
  await run(page);
  await expect.poll(() => lines(page), { timeout }).toEqual(['3']);
});

test('the editor takes keys, undoes and runs; the way back is the reader’s own', async () => {
  const page = await withProgram('console.log(1);');
  await page.locator('[data-test=plain]').uncheck();
  const code = page.locator('.cm-content');
  await code.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nconsole.log({ a: [2');
  await expect.poll(() => code.innerText()).toContain('console.log({ a: [2');
  await page.keyboard.press('Backspace');
  await expect.poll(() => code.innerText()).not.toContain('[2');
  for (let i = 0; i < 8; i++) await page.keyboard.press('Control+z');
  await expect.poll(() => code.innerText()).toBe('console.log(1);');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('console.log(3999);');
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => lines(page), { timeout }).toEqual(['3999']);
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('console.log(5);');
  await expect.poll(() => new URL(page.url()).hash).toContain('?c=');
  await page.locator('[data-test=room-figure-1]').click();
  await page.goBack();
  await expect.poll(() => code.innerText(), { timeout }).toBe('console.log(5);');
  expect(await page.locator('[data-test=unread]').count()).toBe(0);
});

test('a browser without SIMD runs programs on reference, and says so', async () => {
  const page = await playground.open('#figure-1', still);
  // Workers are made of texts, so theirs begins with what takes SIMD away.
  await page.context().addInitScript(`
    const Made = Blob;
    const lack = 'WebAssembly.validate = () => false; WebAssembly.Module = class { constructor() { throw new Error("no SIMD"); } };';
    self.Blob = class extends Made { constructor(parts, o) { super(o?.type === 'text/javascript' ? [lack, ...parts] : parts, o); } };`);
  await page.evaluate((next) => (location.hash = next), '#v1/workbench?s=chain');
  await page.reload();
  await withProgram(
    `import { device, tensor } from 'cotangent';\nconsole.log(await tensor(2).mul(3).item(), device());`,
    page,
  );
  await run(page);
  await expect
    .poll(() => lines(page), { timeout })
    .toEqual([expect.stringContaining('no WebAssembly with SIMD'), '6 reference']);
  await page.context().close();
});

test('a program that floods the page is ended, and the page lives', async () => {
  const page = await withProgram(`
    const text = JSON.stringify({ kind: 'console', lines: [], dropped: 0, more: 'x'.repeat(7 * 2 ** 20) });
    for (;;) postMessage(text);`);
  await run(page);
  await becomes(page, 'failed');
  await withProgram('console.log(4);', page);
  await run(page);
  await expect.poll(() => lines(page), { timeout }).toEqual(['4']);
});

describe('an error', () => {
  test('marks its line and column in the editor, with the calls in cotangent folded', async () => {
    const page = await withProgram(
      `import { tensor, type Tensor } from 'cotangent';\n\nconst wrong = (x: Tensor, y: Tensor): Tensor => {\n  const z: Tensor = x;\n  return (z.matmul(y));\n};\nwrong(tensor([[1, 2]]), tensor([[1, 2]]));\n`,
    );
    await run(page);
    await becomes(page, 'failed');
    const message = await page.locator('[data-test=failure]').innerText();
    expect(message).toMatch(/Error: matmul: /);
    const place = page.locator('[data-test=failure-place]');
    expect((await place.allInnerTexts()).map((t) => /line (\d+), column (\d+)/.exec(t)!.slice(1).join(':'))).toEqual([
      '5:13',
      '7:1',
    ]);
    expect(await page.locator('.console-inside').count()).toBe(1);
    await page.locator('[data-test=plain]').uncheck();
    await page.locator('.cm-lintRange-error').waitFor();
    expect(await page.locator('.cm-lintRange-error').innerText()).toBe('matmul');
  });

  test.each([
    ['that is thrown', `const a = 1;\n\n\n\n        throw new Error('no');`, 'Error: no', '5:15'],
    ['of syntax', 'const a = 1;\nconst b = ;', 'SyntaxError: Unexpected token', '2:11'],
    ['that the browser finds', 'const a = 1;\n\n  const a = 2;', /Identifier 'a' has already/, '3:9'],
    [
      'of a name',
      `\nimport { tensor } from 'cotangent/data';\ntensor(1);`,
      /module 'cotangent\/data' does not/,
      '2:10',
    ],
    [
      'that nobody awaits',
      `Promise.reject(new Error('no'));\nawait new Promise((f) => setTimeout(f, 9000));`,
      'Error: no',
      '1:16',
    ],
    ['of an import', `import { a } from 'lodash';\nconsole.log(a);`, /cotangent only/, '1:'],
  ])('%s is told with its place', async (_, text, message, place) => {
    const page = await withProgram(text);
    await run(page);
    await becomes(page, 'failed');
    await expect.poll(() => page.locator('[data-test=failure]').innerText()).toMatch(message);
    const told = /line (\d+), column (\d+)/.exec(await page.locator('[data-test=failure-place]').first().innerText())!;
    expect(told.slice(1).join(':')).toContain(place);
  });
});

test('the editor marks an error of types, and shows the type and sentences of a name', async () => {
  const page = await playground.open('#v1/workbench?s=chain', { ...still, types: true });
  const line = page.locator('.cm-line', { hasText: 'tanh()' });
  await line.click();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.keyboard.type(`const wrong: number = 'a text';`);
  const marked = page.locator('.cm-lintRange-error');
  await expect.poll(() => marked.allInnerTexts(), { timeout }).toEqual(['wrong']);
  const { x, y } = await line.evaluate((element) => {
    const at = element.lastChild!;
    const range = document.createRange();
    range.setStart(at, at.textContent!.indexOf('tanh') + 1);
    return range.getBoundingClientRect();
  });
  await page.mouse.move(x, y + 5);
  const hover = page.locator('[data-test=hover]');
  await expect.poll(() => hover.allInnerTexts(), { timeout }).toHaveLength(1);
  expect(await hover.innerText()).toMatch(/tanh: \(\) => Tensor[^]*hyperbolic tangent/);
  await page.context().close();
});

describe('the build', () => {
  const folder = (): string => join(builtFolder(), 'examples/dist/playground');
  const sizes = (): ReadonlyMap<string, number> =>
    new Map(
      readdirSync(join(folder(), 'assets')).map((file) => [
        file,
        gzipSync(readFileSync(join(folder(), 'assets', file))).length,
      ]),
    );

  test('loads at most 300 KB for the front page and 560 KB for the workbench, gzipped', async () => {
    const loaded = async (hash: string, ready: string): Promise<number> => {
      const page = await playground.open(hash, still);
      await page.locator(ready).first().waitFor();
      await page.waitForTimeout(300);
      const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
      await page.context().close();
      const known = sizes();
      return files.reduce((sum, file) => sum + (known.get(new URL(file).pathname.split('/').at(-1)!) ?? 0), 0);
    };
    expect(await loaded('#figure-1', '[data-test=figure-1]')).toBeLessThanOrEqual(300 * 1024);
    expect(await loaded('#v1/workbench?s=chain', '[data-test=graph]')).toBeLessThanOrEqual(560 * 1024);
  });

  test('has at most 2.6 MB gzipped in all, and one file of at most 3 MB', () => {
    expect([...sizes().values()].reduce((a, b) => a + b)).toBeLessThanOrEqual(2.6 * 2 ** 20);
    expect(readFileSync(join(folder(), 'playground.html')).length).toBeLessThanOrEqual(3 * 2 ** 20);
  });

  test('is served by the command, on this machine alone and cross-origin isolated', async () => {
    const main = join(builtFolder(), 'examples/dist/cotangent/main.js');
    const server = spawn(process.execPath, [main, 'playground', '--port', '0']);
    try {
      const [told] = (await once(server.stdout, 'data')) as [Buffer];
      const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(told.toString())!;
      const response = await fetch(url);
      expect([response.status, await response.text()]).toEqual([
        200,
        readFileSync(join(folder(), 'index.html'), 'utf8'),
      ]);
      expect(response.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
      expect(response.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
      expect((await fetch(`${url}..%2f..%2fpackage.json`)).status).toBe(404);
    } finally {
      server.kill();
    }
  });

  test('opens without its server after one visit, and runs programs', async () => {
    const page = await playground.open('#v1/workbench?s=chain', { ...still, serviceWorkers: 'allow' });
    await page.evaluate(async () => (await navigator.serviceWorker.ready).active!.state);
    // A new build is seen at once: the page itself is asked of the server first.
    const served = join(folder(), 'index.html');
    const before = readFileSync(served, 'utf8');
    writeFileSync(served, before.replace(/<title>[^<]*/, '<title>a new build'));
    try {
      await page.reload();
      expect(await page.title()).toBe('a new build');
    } finally {
      writeFileSync(served, before);
    }
    await page.context().setOffline(true);
    await page.reload();
    await expect.poll(() => lines(page), { timeout }).toHaveLength(2);
    await page.context().close();
  });

  test('is also one file, which runs programs from a disk', async () => {
    const page = await playground.open('#figure-1', still);
    await page.goto(`${pathToFileURL(join(folder(), 'playground.html')).href}#v1/workbench?s=chain`);
    await expect.poll(() => lines(page), { timeout }).toHaveLength(2);
    await page.locator('[data-test=plain]').check();
    await withProgram('while (true) {}', page);
    await run(page);
    await becomes(page, 'running');
    await page.locator('[data-test=stop]').click();
    await becomes(page, 'stopped');
    await page.waitForTimeout(700);
    expect(new URL(page.url()).hash).toMatch(/^#v1\/workbench\?c=/);
    await page.context().close();
  });
});
