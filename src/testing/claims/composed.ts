import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import type { SignDropOptions } from '../../multiloss/signDrop.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, sumOf } from './closedForms.ts';
import { draw, gradient, slope } from './generators.ts';
import { optionsText, program } from './snippets.ts';

/** The settings that determine a kernel. */
interface Settings {
  readonly k: number;
  readonly leak: readonly number[];
  readonly zeroSign: NonNullable<SignDropOptions['zeroSign']>;
  readonly marginalize: 'batch' | 'none';
  readonly inputSign: boolean;
}

/**
 * One feature of a layer: the activation and the draw of each example, and the gradient of each
 * loss for each example.
 */
interface Case {
  readonly A: readonly number[];
  readonly U: readonly number[];
  readonly g: readonly (readonly number[])[];
  readonly settings: Settings;
}

/** The sizes of every kernel call. With a fixed width, equal settings share one kernel. */
const [lanes, examples, wide] = [3, 3, 128];
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const times = <T>(each: fc.Arbitrary<T>, n: number): fc.Arbitrary<T[]> =>
  fc.array(each, { minLength: n, maxLength: n });

const anySettings = (context: Context): fc.Arbitrary<Settings> =>
  fc.record({
    k: slope(context),
    leak: fc.oneof(fc.constant([0, 0, 0]), times(fc.constantFrom(0, 1, 0.5, 0.25), lanes)),
    zeroSign: fc.constantFrom('keep', 'drop', 'positive'),
    marginalize: fc.constantFrom('none', 'batch'),
    inputSign: fc.boolean(),
  });

/**
 * Says whether the draw of every example is far enough from the keep probability that rounding
 * cannot change the decision.
 */
function decided({ A, U, g, settings: { k, zeroSign, marginalize, inputSign } }: Case): boolean {
  const sign = (a: number): number => (inputSign ? (a === 0 && zeroSign === 'positive' ? 1 : Math.sign(a)) : 1);
  const signed = g.map((lane) => lane.map((x, b) => sign(A[b]!) * x));
  if (marginalize === 'batch') return Math.abs(keepChance(signed.map(sumOf), k) - U[0]!) > 1e-4;
  return U.every(
    (u, b) =>
      Math.abs(
        keepChance(
          signed.map((lane) => lane[b]!),
          k,
        ) - u,
      ) > 1e-4,
  );
}

const cases = (context: Context): fc.Arbitrary<Case> =>
  fc
    .record({
      A: times(fc.constantFrom(1, 0, -1, 0.5, -3), examples),
      U: times(draw, examples),
      g: times(times(gradient, examples), lanes),
      // On a device each setting is a kernel of its own, so the seed chooses a few.
      settings:
        context.device === 'reference'
          ? anySettings(context)
          : fc.constantFrom(...fc.sample(anySettings(context), { numRuns: 8, seed: context.seed })),
    })
    .filter(decided);

/**
 * Algorithm 1, lines 10–15, composed of ordinary operations: g has shape [lanes, examples, width],
 * h [examples, width], U the purity's shape.
 */
function composed(g: Tensor, h: Tensor, U: Tensor, { k, leak, zeroSign, marginalize, inputSign }: Settings): Tensor {
  const sign = zeroSign === 'positive' ? h.less(0).where(-1, 1) : h.sign();
  const own = inputSign ? g.mul(sign) : g;
  const G = marginalize === 'batch' ? own.sum({ axis: 1, keepDims: true }) : own;
  const S = G.abs().sum({ axis: 0 });
  const P = G.sum({ axis: 0 }).div(S.equal(0).where(1, S)).add(1).mul(0.5);
  const positive = P.sub(0.5).mul(k).add(0.5).greater(U).unsqueeze(0);
  const M = positive.where(G.greater(0), G.less(0));
  const kept = inputSign && zeroSign === 'keep' ? M.maximum(G.equal(0).and(h.equal(0))) : M;
  const l = tensor(leak).reshape([lanes, 1, 1]);
  return l
    .add(kept.mul(l.neg().add(1)))
    .mul(g)
    .sum({ axis: 0 });
}

async function judgeAlike(own: readonly Case[], { subject, device }: Context): Promise<(string | undefined)[]> {
  const { settings } = own[0]!;
  const width = device === 'reference' ? own.length : wide;
  const row = (of: (c: Case) => number, other: number): number[] =>
    range(width).map((i) => (own[i] ? of(own[i]) : other));
  const h = tensor(range(examples).map((b) => row((c) => c.A[b]!, 1)));
  const g = tensor(range(lanes).map((l) => range(examples).map((b) => row((c) => c.g[l]![b]!, 0))));
  const drawn = settings.marginalize === 'batch' ? 1 : examples;
  const U = tensor(range(drawn).map((b) => row((c) => c.U[b]!, 0.25)));
  const rule = subject({ ...settings, draw: U });
  const native = vjp((x: Tensor) => fanOut(x, lanes, rule), h)[1](g)[0];
  const [X, Y] = await Promise.all([native, composed(g, h, U, settings)].map((t) => t.data()));
  return own.map((_, i) => {
    const of = (data: ArrayLike<number>): number[] => range(examples).map((b) => data[b * width + i]!);
    const [x, y] = [of(X!), of(Y!)];
    return x.every((v, b) => v === y[b]) ? undefined : `X = (${x.join(', ')}), composed (${y.join(', ')})`;
  });
}

/**
 * The native kernel agrees with the composed operations, under all options that decide what is
 * kept.
 */
export const nativeIsComposed: Claim = caseClaim<Case>({
  name: 'native-is-composed',
  group: 'Structure of the merge',
  statement:
    'The native kernel gives what Algorithm 1 gives, written out in ordinary operations (away from ties): for every k and leak, signs of A read, with each convention at 0, or not, summed over a batch or not.',
  source: 'Algorithm 1, lines 10–15',
  expected: 'holds',
  tolerance: 'none: both ways sum the same quarters, times leaks that are quarters',
  devices: 'all',
  cases,
  async judge(all, context) {
    const out: (string | undefined)[] = all.map(() => undefined);
    const keys = all.map(({ settings }) => JSON.stringify(settings));
    for (const key of new Set(keys)) {
      const alike = [...keys.keys()].filter((i) => keys[i] === key);
      for (let at = 0; at < alike.length; at += wide) {
        const part = alike.slice(at, at + wide);
        const found = await judgeAlike(
          part.map((i) => all[i]!),
          context,
        );
        part.forEach((i, j) => (out[i] = found[j]));
      }
    }
    return out;
  },
  show: ({ A, U, g, settings }) =>
    `A = (${A.join(', ')}), U = (${U.join(', ')}), g = ${JSON.stringify(g)} (losses × examples), ${JSON.stringify(settings)}`,
  snippet: ({ A, U, g, settings }) =>
    program(
      'signDrop, tensor',
      `const h = tensor(${JSON.stringify(A)}).reshape([${examples}, 1]);`,
      `const g = tensor(${JSON.stringify(g)}).reshape([${lanes}, ${examples}, 1]);`,
      `const draw = tensor(${JSON.stringify(settings.marginalize === 'batch' ? U.slice(0, 1) : U)}).unsqueeze(1);`,
      `const { marginalize, inputSign } = ${JSON.stringify({ marginalize: settings.marginalize, inputSign: settings.inputSign })};`,
      `const rule = signDrop({ draw, marginalize, inputSign, ${optionsText({ ...settings, g: [] })} });`,
      'console.log(await rule(g, h).data());',
    ),
});
