import { describe, expect, test, vi } from 'vitest';
import * as cotangent from '../../src/index.ts';
import { tensor } from '../../src/index.ts';
import { textOf } from '../support/sources.ts';

/** The mistakes of the page, each a line of code and the message that it gives. */
const mistakes = [...textOf('docs/when-it-goes-wrong.md').matchAll(/^```mistakes\n([^]*?)^```$/gm)].flatMap((block) =>
  [...block[1]!.matchAll(/^(.*)\n→ (.*)\n/gm)].map(([, code, message]) => [code!, message!] as const),
);

const scope = {
  ...cotangent,
  x: tensor([1, 2]),
  m: tensor([
    [1, 2],
    [3, 4],
  ]),
  wide: cotangent.ones([2, 3]),
};

/** Returns what a line of JavaScript says: its error, or else its warning. */
async function said(code: string): Promise<string> {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the page's own lines
    const run = new Function(...Object.keys(scope), `return (${code});`) as (...values: unknown[]) => unknown;
    await run(...Object.values(scope));
    return String(warn.mock.calls[0]?.[0]);
  } catch (error) {
    return (error as Error).message;
  } finally {
    warn.mockRestore();
  }
}

test('the page has the thirty commonest mistakes', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(30);
});

describe('each of them says what the page says', () => {
  test.each(mistakes)('%s', async (code, message) => {
    expect(await said(code)).toBe(message);
  });
});
