import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { full, grad, key, setDevice, tensor, zeros, type Tensor } from '../../src/index.ts';

await setDevice('reference');

type Loose = (...args: unknown[]) => unknown;

/** What a call says: the message of its error, or nothing if it went well. */
async function complaint(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    expect(error).not.toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
}

/** Of the device, or with tests of their own. */
const elsewhere = new Set(['setDevice', 'devices', 'device', 'memory', 'checkGrads', 'Tensor', 'Key']);

/** These need nothing, or take whatever tree comes. */
const content = new Set('realize stopGradient sumLanes meanLanes mgda imtlG nashMtl geometricMean'.split(' '));

/** These have defaults for all they take; given something else, they complain. */
const optional = new Set(
  'cagrad alignedMtl upgrad dualProj config fairGrad gradVac gradNorm uncertainty dwa imtlL stch famo'.split(' '),
);

const functions = Object.entries(c as unknown as Record<string, Loose>).filter(
  ([name, f]) => typeof f === 'function' && !elsewhere.has(name),
);

describe('a function called with nothing, a string or null speaks of itself', () => {
  for (const [name, f] of functions)
    test(name, async () => {
      for (const args of [[], ['x'], [null]]) {
        const said = await complaint(() => f(...args));
        if (content.has(name) || (args.length === 0 && optional.has(name))) expect(said).toBeUndefined();
        else expect(said).toMatch(new RegExp(`^${name}: `));
      }
    });

  for (const [name, f] of Object.entries(c.random as unknown as Record<string, Loose>))
    test(`random.${name}`, async () => {
      for (const args of [[], ['x'], [null], [key(0), null], [key(0), 'x']])
        expect((await complaint(() => f(...args))) ?? `random.${name}: `).toMatch(new RegExp(`^random.${name}: `));
    });
});

describe('a function of a tensor and something wrong speaks of itself', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const wrong = [[], [null], ['x'], [{ unheardOf: 0 }], [x, null], [x, 'x'], [x, x, null]];
  for (const [name, f] of functions)
    test(name, async () => {
      for (const args of wrong)
        for (const first of [x, [x], (t: Tensor) => t])
          expect((await complaint(() => f(first, ...args))) ?? `${name}: `).toMatch(new RegExp(`^${name}: `));
    });
  const methods = Object.getOwnPropertyNames(c.Tensor.prototype).filter(
    (name) => typeof Object.getOwnPropertyDescriptor(c.Tensor.prototype, name)!.value === 'function',
  );
  for (const name of methods.filter((n) => !/^(constructor|dispose)$/.test(n)))
    test(`x.${name}`, async () => {
      for (const args of wrong)
        expect((await complaint(() => (x as unknown as Record<string, Loose>)[name]!(...args))) ?? `${name}: `).toMatch(
          new RegExp(`^${name}: `),
        );
    });
});

describe('a transformed function called with nothing, a string or null speaks of its transformation', () => {
  const makers: Record<string, (f: (t: Tensor) => Tensor) => unknown> = {
    grad: c.grad,
    valueAndGrad: c.valueAndGrad,
    jacrev: c.jacrev,
    jacfwd: c.jacfwd,
    hessian: c.hessian,
    vmap: c.vmap,
    multiGrad: (f) => c.multiGrad((t: Tensor) => [f(t)], c.sumLanes()),
  };
  for (const [name, make] of Object.entries(makers))
    test(name, async () => {
      const f = make((t) => t.sum()) as Loose;
      for (const args of [[], ['x'], [null]])
        expect(await complaint(() => f(...args))).toMatch(new RegExp(`^${name}: `));
    });
});

describe('a tensor of another copy of the package is told wherever it stands', () => {
  class Foreign {
    readonly node = {};
    readonly shape = [2];
  }
  const foreign = new Foreign() as never;
  const f = (t: Tensor): Tensor => t.sum();
  const calls: Record<string, () => unknown> = {
    grad: () => grad(f)(foreign),
    valueAndGrad: () => c.valueAndGrad((p: { a: Tensor; b: Tensor }) => p.a.sum())({ a: zeros([1]), b: foreign }),
    vjp: () => c.vjp(f, foreign),
    jvp: () => c.jvp(f, [foreign], [foreign]),
    linearize: () => c.linearize(f, foreign),
    hessian: () => c.hessian(f)(foreign),
    gradients: () => c.gradients(zeros([]), foreign),
    vmap: () => c.vmap(f)(foreign),
    checkpoint: () => c.checkpoint(f)(foreign),
    customVjp: () => c.customVjp(f, () => [null])(foreign),
    stopGradient: () => c.stopGradient([foreign]),
    compile: () => c.compile((t: { x: Tensor }) => t.x)({ x: foreign }),
    multiGrad: () => c.multiGrad((t: Tensor) => [t.sum()], c.sumLanes())(foreign),
    realize: () => c.realize({ x: foreign }),
    explain: () => c.explain(foreign),
    mapTree: () => c.mapTree([foreign], (t) => t),
  };
  for (const [name, call] of Object.entries(calls))
    test(name, async () => {
      expect(await complaint(call)).toBe(`${name}: the tensor belongs to another copy of cotangent`);
    });
});

const any = (x: unknown): never => x as never;
const x = zeros([2, 2]);

test.each<[() => unknown, string]>([
  [() => grad(any(3)), 'grad: a function is needed, got 3'],
  [() => c.compile(any(3)), 'compile: a function is needed, got 3'],
  [() => c.vjp(any(3), x), 'vjp: a function is needed, got 3'],
  [() => c.customVjp((t: Tensor) => t, any(null)), 'customVjp: a function is needed, got null'],
  [() => c.multiGrad(any({ trunk: () => x }), c.sumLanes()), 'multiGrad: a function is needed, got undefined'],
  [() => c.multiGrad((t: Tensor) => [t], any('sum')), "multiGrad: a function is needed, got 'sum'"],
  [() => full([2], any(undefined)), 'full: an operand must be a tensor or a number, got undefined'],
  [() => full([2], tensor([1, 2, 3])), 'full: [3] cannot be broadcast to [2]'],
  [() => x.unsqueeze(any({ axis: 0 })), 'unsqueeze: axis must be an integer from -3 to 2, got { axis }'],
  [() => x.squeeze({ axis: any('0') }), "squeeze: axis must be an integer from -2 to 1, got '0'"],
  [() => tensor(any(new BigInt64Array(2))), 'tensor: elements must be numbers, got a BigInt64Array'],
  [() => tensor(any(new DataView(new ArrayBuffer(8)))), 'tensor: elements must be numbers, got a DataView'],
  [() => c.concat(any(x), any(x)), 'concat: options must be an object with axis, got Tensor [2, 2]'],
  [() => c.concat(any(x)), 'concat: tensors must be a list, got Tensor [2, 2]'],
  [() => x.permute(any(undefined)), 'permute: the order must be a list, got undefined'],
  [() => x.pad(any([1, 1])), 'pad: widths must be pairs of non-negative integers, got 1'],
  [() => c.linspace(0, any(undefined)), 'linspace: bounds must be finite numbers, got 0, undefined'],
  [() => c.scalar(any('1')), "scalar: a number is needed, got '1'"],
  [() => c.upgrad({ preference: any(1) }), 'upgrad: preference must be a list, got 1'],
  [() => c.constant(any(undefined)), 'constant: weights must be a list, got undefined'],
  [() => c.printGraph(any([x, 1])), 'printGraph: a tensor or a list of tensors is needed, got 1'],
])('%s', (call, message) => {
  expect(call).toThrow(message);
});
