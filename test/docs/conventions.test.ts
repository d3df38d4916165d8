import { expect, test } from 'vitest';
import page from '../../docs/numerics.md?raw';
import * as cotangent from '../../src/index.ts';
import { grad, setDevice, tensor, type Tensor } from '../../src/index.ts';

const rows = page
  .split('\n')
  .slice(page.split('\n').findIndex((line) => line.startsWith('| Convention')) + 2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
const table = rows.slice(
  0,
  rows.findIndex((row) => row.length === 0),
) as [text: string, x: string, value: string, first: string, second: string][];
const numbers = (cell: string): number[] => cell.split(', ').map(Number);

/** The function of x that a cell such as `clip(x, 1, 1)` says. */
const functionOf = (text: string): ((x: Tensor) => Tensor) => {
  const names = Object.keys(cotangent);
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- the page's own expressions
  return new Function(...names, `return (x) => ${text}`)(...Object.values(cotangent)) as (x: Tensor) => Tensor;
};

test('there are conventions', () => expect(table.length).toBeGreaterThan(15));

for (const device of ['reference', 'webasm'] as const)
  test.each(table)(`%s at %s, on ${device}`, async (text, x, value, first, second) => {
    await setDevice(device);
    const at = x.includes(',') ? tensor(numbers(x)) : tensor(Number(x));
    const f = functionOf(text);
    const slope = grad((t: Tensor) => f(t).sum());
    const curve = grad((t: Tensor) => slope(t).sum());
    const read = async (t: Tensor): Promise<number[]> => Array.from(await t.data(), (v) => v + 0);
    expect([await read(f(at)), await read(slope(at)), await read(curve(at))]).toEqual(
      [value, first, second].map(numbers),
    );
  });
