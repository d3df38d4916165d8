import { expect, test } from 'vitest';
import { plain, share } from '../../examples/playground/law/numbers.ts';
import { full, short } from '../../examples/playground/view/number.ts';

test('numbers in boxes are short, show no zero in place of a digit, and odd ones are words', () => {
  const told: readonly (readonly [number, string])[] = [
    [0.46211715726000974, '0.4621'],
    [-3, '−3'],
    [1e-9, '1e−9'],
    [12345, '12345'],
    [12345.678, '1.23e4'],
    [-99999, '−99999'],
    [123456, '1.23e5'],
    [9876.5, '9877'],
    [0, '0'],
    [-0, '−0'],
    [NaN, 'NaN'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
  ];
  expect(told.map(([x]) => short(x))).toEqual(told.map(([, text]) => text));
  expect(full(0.46211715726000974)).toBe('0.46211715726000974');
});

test('numbers in figures have three decimals, or three digits below 1', () => {
  expect([7, -3, 1.23456, 0.0014, 0.0015, -0.012345, 1e-5, 1e7, -0].map(plain)).toEqual([
    '7',
    '−3',
    '1.235',
    '0.0014',
    '0.0015',
    '−0.0123',
    '1.00e−5',
    '1.00e7',
    '0',
  ]);
});

test('a probability is 0 or 1 only if it is', () => {
  expect([0, 0.0004, 0.3, 0.9996, 1, NaN].map(share)).toEqual(['0.000', '<0.001', '0.300', '>0.999', '1.000', 'NaN']);
});
