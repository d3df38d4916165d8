import { expect, test } from 'vitest';
import { elementwise, type Entry } from '../../kernels/elementwise.ts';
import { evaluate, expressionOf, type Expr } from '../../src/graph/scalar.ts';
import { inputNames, printExpr } from '../../src/inspect/printExpr.ts';

const functions: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(elementwise).map(([name, { value }]) => [name, value]),
);

/** Computes a text of arithmetic as JavaScript does. */
function computed(text: string, values: Readonly<Record<string, number>>): number {
  const scope = Object.entries({ ...functions, ...values }).filter(([name]) => /^[a-z]\w*$/i.test(name));
  // oxlint-disable-next-line typescript/no-implied-eval
  const f = new Function(...scope.map(([name]) => name), `return ${text};`) as (...args: unknown[]) => number | boolean;
  return Number(f(...scope.map(([, value]) => value)));
}

const points = [-2.5, -1, -0.3, 0, 0.4, 1, 2, 3.7];

test.each(Object.entries<Entry>(elementwise))('the partials of %s as text compute what the table does', (_, entry) => {
  const names = inputNames(entry.arity);
  for (const partial of entry.partials) {
    if (!partial) continue;
    const text = printExpr(expressionOf(partial), [...names, 'y']);
    points.forEach((_p, i) => {
      const xs = names.map((_n, at) => points[(i + 3 * at) % points.length]!);
      const y = Number(entry.value(...xs));
      const given = Object.fromEntries([...names, 'y'].map((name, at) => [name, [...xs, y][at]!]));
      expect(computed(text, given), text).toBe(Number(evaluate(expressionOf(partial), [...xs, y])));
    });
  }
});

test('text has parentheses only where arithmetic needs them', () => {
  const text = (f: (...args: number[]) => number | boolean): string => printExpr(expressionOf(f), ['a', 'b', 'c']);
  expect(text((a, b, c) => a - (b - c))).toBe('a - (b - c)');
  expect(text((a, b, c) => a - b - c)).toBe('a - b - c');
  expect(text((a, b, c) => (a + b) * c)).toBe('(a + b) * c');
  expect(text((a, b) => -(a * b))).toBe('-(a * b)');
  expect(text((a, b) => -a * b)).toBe('-a * b');
  expect(text((a, b, c) => (a > 0 ? b : c) + 1)).toBe('(a > 0 ? b : c) + 1');
  expect(text((a, b, c) => (a > 0 && b !== 1 ? 1 / a : Math.exp(b + c)))).toBe('a > 0 && b !== 1 ? 1 / a : exp(b + c)');
});

test('a part that is used again and again does not make the text endless', () => {
  const doubled = Array.from({ length: 60 }).reduce<Expr>((e) => ({ kind: 'call', name: 'add', args: [e, e] }), {
    kind: 'param',
    index: 0,
  });
  const text = printExpr(doubled, ['P']);
  expect(text).toContain('…');
  expect(text.length).toBeLessThan(5000);
});
