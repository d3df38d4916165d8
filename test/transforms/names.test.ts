import { afterAll, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { setDevice, sumLanes, tensor, type Tensor } from '../../src/index.ts';

afterAll(() => setDevice('webasm'));

const x = tensor([1, 2]);

type Loose = (...args: unknown[]) => unknown;
const all = c as unknown as Record<string, (...args: unknown[]) => Loose>;

/** Each transformation of a function, called at arguments. */
const transformations: Record<string, (f: Loose, ...args: unknown[]) => unknown> = {
  ...Object.fromEntries(
    ['grad', 'valueAndGrad', 'jacrev', 'jacfwd', 'hessian', 'vmap', 'compile', 'checkpoint'].map((name) => [
      name,
      (f: Loose, ...args: unknown[]) => all[name]!(f)(...args),
    ]),
  ),
  vjp: (f, ...args) => all.vjp!(f, ...args),
  linearize: (f, ...args) => all.linearize!(f, ...args),
  jvp: (f, ...args) => all.jvp!(f, args, args),
  hvp: (f, ...args) => all.hvp!(f, args, args),
  multiGrad: (f, ...args) => all.multiGrad!(f, sumLanes())(...args),
  customVjp: (f, ...args) => all.customVjp!(f, () => [null])(...args),
};

test.each(Object.entries(transformations))('%s is the name in errors about what its function returns', (name, of) => {
  // A compiled function may return what it likes.
  const wrong = name === 'compile' ? [] : [undefined, null, Promise.resolve(x)];
  for (const y of wrong) expect(() => of(() => y, x)).toThrow(new RegExp(`^${name}: the function must return `));
  expect.assertions(wrong.length);
});

test.each(Object.entries(transformations))('%s is the name in errors about its arguments', async (name, of) => {
  let deep: unknown = x;
  for (let i = 0; i < 2000; i++) deep = [deep];
  const call = async (): Promise<unknown> => of(() => x.sum(), deep);
  await expect(call()).rejects.toThrow(`${name}: a tree must be at most 1000 deep`);
});

test('a Jacobian or a Hessian that is too large is blamed on what was called', async () => {
  for (const device of ['webasm', 'reference'] as const) {
    await setDevice(device);
    const wide = c.zeros([2 ** 16]);
    const refused = (name: string): string =>
      `${name}: a tensor must have at most 536870912 elements on ${device}, got shape [65536, 65536]`;
    expect(() => c.hessian((t: Tensor) => t.square().sum())(wide)).toThrow(refused('hessian'));
    expect(() => c.jacfwd((t: Tensor) => t.square())(wide)).toThrow(refused('jacfwd'));
    expect(() => c.jacrev((t: Tensor) => t.square())(wide)).toThrow(refused('jacrev'));
  }
});
