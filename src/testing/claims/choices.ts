import fc from 'fast-check';
import '../../tensor/methods.ts';
import { elu } from '../../tensor/ops/activations.ts';
import { abs, clip, maximum, minimum, relu, where } from '../../tensor/ops/named.ts';
import { maxPool2d } from '../../tensor/ops/pooling.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { grad } from '../../tensor/transforms/grad.ts';
import { jvp } from '../../tensor/transforms/jvp.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim } from '../claim.ts';
import { common, everyOne } from './derivativeCases.ts';
import { program } from './snippets.ts';

/** A function that selects some elements of x, and the indices of those that it leaves out. */
interface Choice {
  readonly names: string;
  readonly text: string;
  readonly f: (x: Tensor) => Tensor;
  readonly at: readonly number[];
  readonly left: readonly boolean[];
}

const choice = (
  names: string,
  text: string,
  f: Choice['f'],
  at: readonly number[],
  ...left: readonly boolean[]
): Choice => ({
  names,
  text,
  f,
  at,
  left,
});

const [out, taken] = [true, false];

const choices: readonly Choice[] = [
  choice('where', 'where(x.greater(0), x, 0)', (x) => where(x.greater(0), x, 0), [-1, 2, 0], out, taken, out),
  choice('where', 'where(x.greater(0), 1, x)', (x) => where(x.greater(0), 1, x), [-1, 2, 0], taken, out, taken),
  choice('relu', 'relu(x)', relu, [-1, 2, 0], out, taken, out),
  choice('abs', 'abs(x)', abs, [-1, 2, 0], taken, taken, out),
  choice('maximum', 'maximum(x, 0)', (x) => maximum(x, 0), [-1, 2], out, taken),
  choice('minimum', 'minimum(0, x)', (x) => minimum(0, x), [-1, 2], taken, out),
  choice('clip', 'clip(x, 0, 9)', (x) => clip(x, 0, 9), [-1, 2, 10], out, taken, out),
  choice('clip', 'clip(1, x, 9)', (x) => clip(1, x, 9), [-1, 2], out, taken),
  choice('clip', 'clip(1, -9, x)', (x) => clip(1, -9, x), [0, 2], taken, out),
  choice('elu', 'elu(x)', (x) => elu(x), [-1, 2], taken, taken),
  choice('', 'x.max()', (x) => x.max(), [1, 3, 2], out, taken, out),
  choice('', 'x.min()', (x) => x.min(), [1, 3, 2], taken, out, out),
  choice('', 'x.topK(1)[0]', (x) => x.topK(1)[0], [1, 3, 3], out, taken, out),
  choice('', 'x.take(tensor([1]))', (x) => x.take(tensor([1])), [1, 3], out, taken),
  choice('', 'x.cumsum().at(0)', (x) => x.cumsum().at(0), [1, 3], taken, out),
  choice(
    'maxPool2d',
    'maxPool2d(x.reshape([1, 1, 2, 2]), { size: 2 })',
    (x) => maxPool2d(x.reshape([1, 1, 2, 2]), { size: 2 }),
    [1, 4, 4, 2],
    out,
    taken,
    out,
    out,
  ),
];

const said: Omit<Claim, 'check' | 'name' | 'statement'> = {
  ...common,
  source: 'the definition: what is not chosen is no input there; docs/numerics.md',
  tolerance: 'none: zeros, infinities and NaN',
  devices: 'all',
};

const same = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

/**
 * Sends the cotangent g, which is ∞ or NaN, back through f, and an equal tangent forward. Returns a
 * message unless both are 0 where x is left out.
 */
async function wrong({ f, at, left }: Choice, g: number): Promise<string | undefined> {
  const x = tensor(at);
  const [y, pullback] = vjp(f, x);
  const back = await pullback(tensor(g).broadcastTo(y.shape))[0]!.data();
  const reached = left.findIndex((none, i) => none !== same(back[i]!, 0));
  if (reached >= 0) return `a cotangent of ${g} gives ${[...back].join(', ')}`;
  const t = await jvp(f, [x], [tensor(left.map((none) => (none ? g : 0)))])[1].data();
  return t.every((v) => same(v, 0)) ? undefined : `a tangent of ${g} on what is left out gives ${[...t].join(', ')}`;
}

const selects = {
  ...said,
  name: 'choices-select',
  statement:
    'A cotangent, or a tangent, of ±∞ or NaN never reaches a number that was not chosen: by where, relu, maximum, clip, a fold, a pooling, an index.',
};

export const choicesSelect = everyOne(
  selects,
  choices.map((c) =>
    caseClaim<{ readonly g: number }>({
      ...selects,
      share: 0.004,
      cases: () => fc.record({ g: fc.constantFrom(Infinity, -Infinity, 1e30) }),
      judge: async (cases) => Promise.all(cases.map(({ g }) => wrong(c, g))),
      show: ({ g }) => `${c.text} at (${c.at.join(', ')}), cotangent ${g}`,
      snippet: ({ g }) =>
        program(
          ['tensor', 'vjp', c.names].filter(Boolean).join(', '),
          `const [y, pullback] = vjp((x) => ${c.text}, tensor([${c.at.join(', ')}]));`,
          `console.log(await pullback(tensor(${g}).broadcastTo(y.shape))[0].data());`,
        ),
    }),
  ),
);

/**
 * Compositions whose outer derivative is infinite where the inner choice does not select the
 * variable, with their expected slopes.
 */
const compositions: readonly (readonly [
  text: string,
  f: (x: Tensor) => Tensor,
  at: readonly number[],
  slopes: readonly number[],
])[] = [
  ['sqrt(where(x > 0, x, 0))', (x) => where(x.greater(0), x, 0).sqrt(), [-1, 4], [0, 0.25]],
  ['sqrt(maximum(x, 0))', (x) => maximum(x, 0).sqrt(), [-1, 4], [0, 0.25]],
  ['sqrt(clip(x, 0, 9))', (x) => clip(x, 0, 9).sqrt(), [-1, 4], [0, 0.25]],
  ['sqrt(relu(x))', (x) => relu(x).sqrt(), [-1, 4], [0, 0.25]],
  ['log(relu(x))', (x) => relu(x).log(), [-1, 4], [0, 0.25]],
];

const inside = {
  ...said,
  name: 'choices-inside',
  statement:
    'Under a root, x > 0 ? x : 0 has the slope 0 at −1 though the root’s is infinite there; forward, x > 0 ? log x : 0 has none at 0.',
};

export const choicesInside = caseClaim<{ readonly case: number }>({
  ...inside,
  share: 0.02,
  cases: () => fc.record({ case: fc.nat({ max: compositions.length }) }),
  judge: (cases) =>
    Promise.all(
      cases.map(async ({ case: n }) => {
        if (n === compositions.length) {
          const f = (x: Tensor): Tensor => where(x.greater(0), x.log(), 0);
          const t = await jvp(f, [tensor([0, -1, 2])], [tensor([1, 1, 1])])[1].data();
          return t[0] === 0 && t[1] === 0 && t[2] === 0.5 ? undefined : `tangents ${[...t].join(', ')}, not 0, 0, 0.5`;
        }
        const [, f, at, slopes] = compositions[n]!;
        const got = await grad((x: Tensor) => f(x).sum())(tensor(at)).data();
        return slopes.every((s, i) => Math.abs(got[i]! - s) < 1e-6)
          ? undefined
          : `slopes ${[...got].join(', ')}, not ${slopes.join(', ')}`;
      }),
    ),
  show: ({ case: n }) => compositions[n]?.[0] ?? 'forward, where(x > 0, log x, 0) at (0, -1, 2)',
  snippet: () =>
    program(
      'grad, tensor, where',
      'const f = (x) => where(x.greater(0), x, 0).sqrt().sum();',
      'console.log(await grad(f)(tensor([-1, 4])).data()); // 0, 0.25',
    ),
});
