import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementwise } from '../../kernels/elementwise.ts';
import { Tensor } from '../../src/index.ts';
import { operations } from '../../src/testing/claims/structuralCases.ts';
import { names } from '../../src/testing/claims/tableCases.ts';

/** What a tensor does that computes nothing, or nothing that has a slope. */
const others = [
  'shape',
  'rank',
  'size',
  'disposed',
  'data',
  'dataSync',
  'array',
  'item',
  'dispose',
  'toString',
  'toJSON',
];
const flat = ['argMax', 'argMin'];

test('the derivative claims cover every operation that a tensor has', () => {
  const covered = new Set([...names, ...operations.map(([name]) => name.split(/\W/)[0]!)]);
  const methods = Object.getOwnPropertyNames(Tensor.prototype).filter((name) => name !== 'constructor');
  const missing = methods.filter((name) => !covered.has(name) && !others.includes(name) && !flat.includes(name));
  expect(missing).toEqual([]);
  expect(names).toEqual(Object.keys(elementwise));
});

test('their shapes have every rank from 0 to 8, sizes of 0, and inputs that broadcast', () => {
  const uses = operations.flatMap(([, arbitrary]) => fc.sample(arbitrary, { numRuns: 60, seed: 1 }));
  const shapes = uses.flatMap((u) => u.shapes);
  for (let rank = 0; rank <= 8; rank++) expect(shapes.some((s) => s.length === rank)).toBe(true);
  expect(shapes.filter((s) => s.includes(0)).length).toBeGreaterThan(20);
  expect(uses.some((u) => u.shapes[1] !== undefined && u.shapes[0]!.length > u.shapes[1].length)).toBe(true);
});
