import { describe, expect, test } from 'vitest';
import { grad, key, setDevice, tensor, type Tensor } from '../../src/index.ts';

await setDevice('reference');

/** In plain JavaScript a tensor may stand where a number belongs. */
const x = tensor([1, 2]) as never as number;

describe('a tensor is no number, and says what to do instead', () => {
  const habits: Record<string, () => unknown> = {
    'x * x': () => x * x,
    'x + y': () => x + x,
    "x + 'a'": () => `${1}` + x,
    '-x': () => -x,
    'x > 0': () => x > 0,
    // oxlint-disable-next-line eqeqeq -- the habit
    'x == 0': () => x == 0,
    'Math.tanh(x)': () => Math.tanh(x),
    'Number(x)': () => Number(x),
    '+x': () => +x,
    'x ** 2': () => x ** 2,
    'w -= 0.1': () => {
      let w = x;
      w -= 0.1;
      return w;
    },
    'x * x under grad': () =>
      grad((t: Tensor) => ((t as never as number) * (t as never as number)) as never as Tensor)(2),
  };
  for (const [habit, f] of Object.entries(habits))
    test(habit, () => {
      expect(f).toThrow('Tensor: operators and Math take numbers; use x.add(y), x.tanh(), x.greater(0), …, or');
    });
});

test('text of a tensor is still text', () => {
  // oxlint-disable-next-line typescript/restrict-template-expressions -- that it works is the claim
  expect(`${tensor([1, 2])}`).toBe('Tensor [2] on reference [1,2]');
  expect(String(tensor(3))).toBe('Tensor [] on reference 3');
  expect(['w', tensor([1])].join(' ')).toBe('w Tensor [1] on reference [1]');
});

test('text shows numbers that are not finite as such', () => {
  expect(
    String(
      tensor([
        [NaN, Infinity],
        [-Infinity, 0.5],
      ]),
    ),
  ).toBe('Tensor [2, 2] on reference [[NaN,Infinity],[-Infinity,0.5]]');
});

test('JSON gives shape and device, not the graph', () => {
  const y = tensor([[1, 2, 3]]);
  expect(JSON.parse(JSON.stringify({ y }))).toEqual({ y: { shape: [1, 3], device: 'reference' } });
  expect(JSON.parse(JSON.stringify(y.exp().sum()))).toEqual({ shape: [], device: null });
  expect(JSON.stringify([key(1)])).toBe('["Key"]');
});
