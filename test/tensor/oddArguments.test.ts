import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { grad, hostCall, key, setDevice, sumLanes, tensor, Tensor, vjp } from '../../src/index.ts';
import { toSafetensors } from '../../src/data/browser.ts';
import { deepest } from '../../src/tensor/tree.ts';
import {
  beyondItsEnd,
  cyclicList,
  cyclicObject,
  deepList,
  deepObject,
  detached,
  sparse,
  testOddArguments,
  x,
  type Loose,
  type Subject,
} from '../support/oddArguments.ts';

await setDevice('reference');

const sum = (t: unknown): Tensor => {
  if (!(t instanceof Tensor)) throw new Error('mine: a tensor is needed');
  return t.sum();
};

/** Every public function, method and function made by a transformation. */
function subjects(): Subject[] {
  const of = (prefix: string, from: object): [string, Loose][] =>
    Object.entries(from).flatMap(([name, f]) =>
      typeof f === 'function' && !/^(Tensor|Key|setDevice|checkGrads)$/.test(name) ? [[prefix + name, f as Loose]] : [],
    );
  const methods = Object.getOwnPropertyNames(Tensor.prototype)
    .filter((name) => typeof Object.getOwnPropertyDescriptor(Tensor.prototype, name)!.value === 'function')
    .filter((name) => !/^(constructor|dispose)$/.test(name));
  const all = c as unknown as Record<string, (f: Loose, ...rest: unknown[]) => Loose>;
  const transformed = ['grad', 'valueAndGrad', 'jacrev', 'jacfwd', 'hessian', 'vmap', 'compile', 'checkpoint'];
  const named: [string, Loose][] = [
    ...of('', c),
    ...of('random.', c.random),
    ...of('nn.', c.nn),
    ...of('optim.', c.optim),
    ...methods.map((name): [string, Loose] => [
      `x.${name}`,
      (...args) => (x as unknown as Record<string, Loose>)[name]!(...args),
    ]),
    ...transformed.map((name): [string, Loose] => [`${name}(f)`, (...args) => all[name]!(sum)(...args)]),
    ['vjp(f)', (...args) => all.vjp!(sum, ...args)],
    ['the pullback of vjp', (...args) => (vjp(sum, x)[1] as Loose)(...args)],
    ['jvp(f)', (a, b) => all.jvp!(sum, [a], [b])],
    ['hvp(f)', (a, b) => all.hvp!(sum, [a], [b])],
    ['linearize(f)', (...args) => all.linearize!(sum, ...args)],
    ['multiGrad(f)', (...args) => all.multiGrad!((t) => [sum(t)], sumLanes())(...args)],
    ['customVjp(f)', (...args) => all.customVjp!(sum, () => [null])(...args)],
    ['the result of grad’s function', (a) => all.grad!(() => a)(x)],
    ['the result of hostCall’s function', (a) => hostCall(() => a as number, [], [2]).data()],
    ['toSafetensors', (...args) => (toSafetensors as Loose)(...args)],
  ];
  return named.map(([name, f]) => ({ name, f }));
}

const forms: ((a: unknown) => unknown[])[] = [
  (a) => [a],
  (a) => [[a]],
  (a) => [x, a],
  (a) => [sum, a],
  (a) => [key(1), a],
  (a) => [x, x, a],
  (a) => [x, { axis: a }],
];

describe('given odd arguments, a function returns, or throws an error that names a function and says what it got', () => {
  testOddArguments(subjects(), forms);
});

describe('what cannot be walked to its end is told', () => {
  const tooDeep = `a tree must be at most ${deepest} deep, got one that is deeper or contains itself`;
  const f = (): Tensor => x.sum();
  const walks: Record<string, Loose> = {
    grad: (tree) => (grad(f) as Loose)(tree),
    valueAndGrad: (tree) => (c.valueAndGrad(f) as Loose)(tree),
    vmap: (tree) => (c.vmap(f) as Loose)(tree),
    compile: (tree) => (c.compile(f) as Loose)(tree),
    jvp: (tree) => c.jvp(f as never, [tree] as never, [tree] as never),
    multiGrad: (tree) => (c.multiGrad(f as never, sumLanes()) as Loose)(tree),
    realize: (tree) => c.realize(tree),
    mapTree: (tree) => c.mapTree(tree, (t) => t),
    toSafetensors: (tree) => toSafetensors(tree),
  };
  for (const [name, walk] of Object.entries(walks))
    test(`${name} of a tree that contains itself or is 20 000 deep`, async () => {
      for (const tree of [cyclicList, cyclicObject, deepList, deepObject])
        await expect((async () => walk(tree))()).rejects.toThrow(`${name}: ${tooDeep}`);
    });

  test('a tree as deep as trees may be is walked', async () => {
    let tree: unknown = x;
    for (let i = 0; i < deepest; i++) tree = i % 2 === 0 ? [tree] : { a: tree };
    await expect(c.realize(tree)).resolves.toBe(tree);
  });

  test('tensor of arrays that contain themselves', () => {
    expect(() => tensor(cyclicList as never)).toThrow('tensor: arrays must be nested at most 8 deep, got more');
    expect(() => tensor(deepList as never)).toThrow('tensor: arrays must be nested at most 8 deep, got more');
  });

  test('tensor of an array whose buffer is gone', () => {
    for (const gone of [detached, beyondItsEnd])
      for (const options of [{}, { shape: [3] }])
        expect(() => tensor(gone, options)).toThrow('tensor: the array has lost its numbers');
  });

  test('a place that no number was given for', () => {
    expect(() => tensor(sparse as never)).toThrow('tensor: elements must be numbers, got undefined');
  });

  test('a Proxy of a tensor or of a key', () => {
    expect(() => new Proxy(x, {}).add(1)).toThrow(
      'tensor: a Proxy of a tensor is another object; give a tensor itself',
    );
    expect(() => c.random.uniform(new Proxy(key(1), {}))).toThrow('key: a Proxy of a key is another object');
  });

  test('hostCall’s function that returns something but numbers', async () => {
    for (const wrong of [['1', '2'], 'ab', new BigInt64Array(2)])
      await expect(hostCall(() => wrong as never, [], [2]).data()).rejects.toThrow('must return 2 numbers');
  });
});
