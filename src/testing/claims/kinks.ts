import fc from 'fast-check';
import { elu, leakyRelu } from '../../tensor/ops/activations.ts';
import { maxPool2d } from '../../tensor/ops/pooling.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { grad } from '../../tensor/transforms/grad.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim } from '../claim.ts';
import { common, everyOne, type F } from './derivativeCases.ts';
import { program } from './snippets.ts';
import { call, conventions, differentiable } from './tableCases.ts';

const convention: Omit<Claim, 'check' | 'name' | 'statement'> = {
  ...common,
  source: 'PyTorch’s conventions; docs/numerics.md',
  tolerance: '1e-6: halves, thirds, hundredths and whole numbers',
  devices: 'all',
};

/** A function at a kink, and its derivatives there by convention, concatenated over the inputs. */
interface Kink {
  readonly text: string;
  readonly f: F;
  readonly inputs: readonly (number | readonly number[])[];
  readonly expected: readonly number[];
  readonly snippet: readonly [names: string, f: string];
}

const kinked = (name: string, statement: string, all: readonly Kink[]): Claim =>
  everyOne(
    { ...convention, name, statement },
    all.map(({ text, f, inputs, expected, snippet: [names, body] }) =>
      caseClaim<readonly (number | readonly number[])[]>({
        ...convention,
        name,
        statement,
        share: 0.0001,
        cases: () => fc.constant(inputs),
        async judge() {
          const xs = inputs.map((x) => tensor(x));
          const [y, pullback] = vjp(f, ...xs);
          const ones = tensor(1).broadcastTo(y.shape);
          const slopes = (await Promise.all(pullback(ones).map((g) => g.data()))).flatMap((g) => [...g]);
          return slopes.length === expected.length && expected.every((d, j) => Math.abs(slopes[j]! - d) <= 1e-6)
            ? [undefined]
            : [`derivatives ${slopes.join(', ')}, by convention ${expected.join(', ')}`];
        },
        show: () => text,
        snippet: () =>
          program(
            names,
            `const [y, pullback] = vjp(${body}, ${inputs.map((x) => `tensor(${JSON.stringify(x)})`).join(', ')});`,
            'for (const slope of pullback(tensor(1).broadcastTo(y.shape))) console.log(await slope.data());',
          ),
      }),
    ),
  );

export const kinks = kinked(
  'table-kinks',
  'At kinks the derivative is the convention: abs′(0) = relu′(0) = 0, ties of maximum split ½ ½, clip passes at its bounds, comparisons and roundings have none.',
  conventions.map(([entry, at, expected]): Kink => {
    const by = differentiable(entry);
    const held = at.slice(0, at.length - by.length);
    return {
      text: `${entry}(${at.join(', ')})`,
      f: (...xs) => call(entry, ...held, ...xs),
      inputs: at.slice(held.length),
      expected: by.map((j) => expected[j]!),
      snippet: [`${entry}, tensor, vjp`, `(...xs) => ${entry}(${[...held, '...xs'].join(', ')})`],
    };
  }),
);

/** A structural operation on a vector, with its text for a snippet. */
const of = (
  text: string,
  f: (x: Tensor) => Tensor,
  at: readonly number[],
  expected: readonly number[],
  names = '',
): Kink => ({
  text: `${text} at (${at.join(', ')})`,
  f: (x) => f(x!),
  inputs: [at],
  expected,
  snippet: [['tensor', 'vjp', ...(names === '' ? [] : [names])].join(', '), `(x) => ${text}`],
});

export const structuralKinks = kinked(
  'structural-kinks',
  'Ties of max and min over axes split evenly, those of pooling, sort and topK go to the first; norm and std have derivative 0 at 0, leakyRelu its slope, elu its α; products and powers know their factors at 0.',
  [
    of('x.max()', (x) => x.max(), [2, 2, 1], [0.5, 0.5, 0]),
    of('x.min()', (x) => x.min(), [3, 2, 2, 2], [0, 1 / 3, 1 / 3, 1 / 3]),
    of(
      'maxPool2d(x.reshape([1, 1, 2, 2]), { size: 2 })',
      (x) => maxPool2d(x.reshape([1, 1, 2, 2]), { size: 2 }),
      [1, 2, 2, 2],
      [0, 1, 0, 0],
      'maxPool2d',
    ),
    of('x.sort()[0].mul(tensor([1, 2, 3]))', (x) => x.sort()[0].mul(tensor([1, 2, 3])), [2, 2, 1], [2, 3, 1]),
    of('x.topK(2)[0].mul(tensor([1, 2]))', (x) => x.topK(2)[0].mul(tensor([1, 2])), [1, 3, 3, 3], [0, 1, 2, 0]),
    of('x.norm()', (x) => x.norm(), [0, 0], [0, 0]),
    of('x.std()', (x) => x.std(), [2, 2, 2], [0, 0, 0]),
    of('leakyRelu(x)', (x) => leakyRelu(x), [0, 1], [0.01, 1], 'leakyRelu'),
    of('elu(x, { alpha: 2 })', (x) => elu(x, { alpha: 2 }), [0, 1], [2, 1], 'elu'),
    of('x.prod()', (x) => x.prod(), [0, 2, 3], [6, 0, 0]),
    of('x.prod()', (x) => x.prod(), [0, 0, 3], [0, 0, 0]),
    of('x.pow(3)', (x) => x.pow(3), [-2, 0], [12, 0]),
    of('x.pow(0.25)', (x) => x.pow(0.25), [Infinity, 1], [0, 0.25]),
    of('grad((t) => t.pow(2).sum())(x)', (x) => grad((t: Tensor) => t.pow(2).sum())(x), [0, -3], [2, 2], 'grad'),
    of('grad((t) => t.prod())(x)', (x) => grad((t: Tensor) => t.prod())(x), [0, 0, 3], [3, 3, 0], 'grad'),
    of('grad((t) => t.relu().sum())(x)', (x) => grad((t: Tensor) => t.relu().sum())(x), [0], [0], 'grad'),
    of('grad((t) => t.square().max())(x)', (x) => grad((t: Tensor) => t.square().max())(x), [3, -3], [1, 1], 'grad'),
  ],
);
