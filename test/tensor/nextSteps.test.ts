import { beforeAll, expect, test } from 'vitest';
import {
  checkGrads,
  compile,
  customVjp,
  fanOut,
  grad,
  multiGrad,
  setDevice,
  stopGradient,
  sumLanes,
  tensor,
  type Rule,
  type Tensor,
} from '../../src/index.ts';

beforeAll(async () => {
  await setDevice('reference');
});

const x = tensor([1, 2]);
/** What is not of the type that stands there. */
const any = (value: unknown): never => value as never;
const nothing: Rule = any(() => undefined);

const mistakes: Readonly<Record<string, readonly [() => unknown, string]>> = {
  'an operand that is missing': [() => x.add(any(undefined)), 'got undefined; is a `return`, a lane or a property'],
  'an operand that comes later': [() => x.add(any(x.array())), '; await it first'],
  'a list as an operand': [() => x.add(any([1, 2])), '; wrap it: tensor([1, 2])'],
  'a typed array as an operand': [() => x.add(any(new Float32Array(99))), '; wrap it: tensor(…)'],
  'a gradient of what is no scalar': [() => grad((t: Tensor) => t.mul(2))(x), '; add .sum() or .mean(), or use jacrev'],
  'a loss that is no scalar': [() => multiGrad((t: Tensor) => [t, t], sumLanes())(x), '; add .sum() or .mean()'],
  'a value where a function is needed': [() => grad(any(x)), '; write it as (x) => …'],
  'a function without return': [() => grad(any(() => undefined))(x), 'got undefined; is its `return` missing?'],
  'a rule without return, in a layer': [
    () => grad((t: Tensor) => fanOut(t, 2, nothing).sum())(x),
    'fanOut: the rule must return a tensor, got undefined; is its `return` missing?',
  ],
  'a rule without return, for losses': [
    () => multiGrad((t: Tensor) => [t.sum(), t.sum()], nothing)(x),
    'multiGrad: the rule must return a tensor, got undefined; is its `return` missing?',
  ],
  'a derivative without return': [
    () => grad((t: Tensor) => customVjp((u: Tensor) => u.sum(), any(nothing))(t))(x),
    'customVjp: the rule must return cotangents, null for zero, got undefined; is its `return` missing?',
  ],
};

test.each(Object.entries(mistakes))('%s is an error that ends with the next step', (_, [f, step]) => {
  let message = '';
  try {
    f();
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain(step);
});

test('a function that fails later is one error, not a second one that ends the process', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', note);
  const late: (t: Tensor) => never = any(async () => {
    await Promise.resolve();
    throw new Error('late');
  });
  expect(() => grad(late)(x)).toThrow('got a Promise; read values before the call or after it, not inside');
  expect(() => compile(late)(x)).toThrow('compile: the function must return tensors at once, got a Promise');
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});

test('an operation with a derivative by rule is not blamed for a wrong derivative', async () => {
  const wrong = (t: Tensor): Tensor => stopGradient(t).mul(t.softmax());
  const message = await checkGrads(wrong, [tensor([0.3, -0.2, 1])], { order: 1 }).catch((e: Error) => e.message);
  expect(message).toMatch(/^checkGrads: vjp of order 1 gives/);
  expect(message).not.toContain('customVjp');
});
