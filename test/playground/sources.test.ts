import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { elementwise } from '../../kernels/elementwise.ts';
import { rules } from '../../src/autodiff/rules.ts';
import { formulaOf, functionOf, propertyOf } from '../../examples/playground/graph/sources.ts';

const table = readFileSync('kernels/elementwise.ts', 'utf8');
const ruleText = readFileSync('src/autodiff/rules.ts', 'utf8');
const page = readFileSync('docs/autodiff.md', 'utf8');

test.each(Object.keys(elementwise))('the entry of %s is cut out of the table with its comment', (name) => {
  const { text, line } = propertyOf(table, name, 'export const elementwise')!;
  const own = text.split('\n').find((l) => l.startsWith(`${name}: `));
  expect(own).toBeDefined();
  expect(text).toMatch(/^\/\*\*/);
  expect(text.match(/^\w+: /gm)).toHaveLength(1);
  expect(table.split('\n')[line - 1]!.trim()).toBe(text.split('\n')[0]!.trim());
  expect(text.trimEnd().endsWith(',')).toBe(true);
});

test.each(Object.keys(rules))('the rule of %s is cut out of rules.ts', (name) => {
  const { text } = propertyOf(ruleText, name, 'export const rules')!;
  expect(text.match(/^\w+: /gm)).toEqual([`${name}: `]);
  const count = (c: string): number => text.split(c).length - 1;
  expect(count('{')).toBe(count('}'));
  expect(count('(')).toBe(count(')'));
});

test('a name that is no entry has no excerpt', () => {
  expect(propertyOf(table, 'softsign', 'export const elementwise')).toBeUndefined();
  expect(propertyOf(table, 'tanh', 'export const nothing')).toBeUndefined();
  expect(functionOf(ruleText, 'missing')).toBeUndefined();
});

test.each(['linear', 'unwindow', 'scatter', 'weighted', 'alias', 'constantRule', 'dilate', 'total'])(
  'the function %s of rules.ts is cut out whole',
  (name) => {
    const { text } = functionOf(ruleText, name)!;
    expect(text).toMatch(new RegExp(`\\b${name}\\b`));
    expect(text.split('{').length).toBe(text.split('}').length);
    expect(text.match(/^(export )?(function|const) /gm)).toHaveLength(1);
  },
);

test('the formulas of docs/autodiff.md are found by name', () => {
  expect(formulaOf(page, 'sum')).toEqual({ operation: 'sum over an axis', cotangent: 'expand' });
  expect(formulaOf(page, 'flip')!.cotangent).toBe('flip');
  expect(formulaOf(page, 'contract')!.cotangent).toContain('Σ');
  expect(formulaOf(page, 'tanh')).toBeUndefined();
});
