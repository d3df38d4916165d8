import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, near, sidesOf } from './closedForms.ts';
import { decided, draw, gradients } from './generators.ts';
import { clear, draws } from './positions.ts';
import { program } from './snippets.ts';

/** A tensor of a few positions, whose gradients are all multiplied by c. */
interface Whole {
  readonly positions: readonly (readonly number[])[];
  readonly U: readonly number[];
  readonly k: number;
  readonly c: number;
}

/** Of every kernel call; what is missing are zeros. */
const [width, lanes] = [4, 6];

const rows = ({ positions, c }: Whole, count: number, size: number): number[][] =>
  Array.from({ length: count }, (_, l) => Array.from({ length: size }, (_, j) => c * (positions[j]?.[l] ?? 0)));

/** What a node that keeps the norm sends back to the tensor. */
async function merged({ subject }: Context, x: Whole): Promise<number[]> {
  const draw = tensor(Array.from({ length: width }, (_, j) => x.U[j] ?? 0.5));
  const rule = subject({ draw, k: x.k, marginalize: 'none', preserveNorm: true });
  const ones = tensor(Array.from({ length: width }, () => 1));
  const [back] = vjp((h: Tensor) => fanOut(h, lanes, rule), ones)[1](tensor(rows(x, lanes, width)));
  return [...(await back.data())].slice(0, x.positions.length);
}

const chancesOf = ({ positions, k }: Whole): number[] => positions.map((g) => keepChance(g, k));
const sumsOf = ({ positions, c }: Whole): number[] => positions.map((g) => c * sidesOf(g).D);
const normOf = (xs: readonly number[]): number => Math.hypot(...xs);

const show = ({ positions, U, k, c }: Whole): string =>
  [
    `g = ${positions.map((g) => `(${g.join(', ')})`).join(', ')} (positions)`,
    ...(c === 1 ? [] : [`times ${c}`]),
    ...(U.length > 0 ? [`U = (${U.join(', ')})`] : []),
    `k = ${k}`,
  ].join(', ');

const snippet = (x: Whole): string =>
  program(
    'signDrop, tensor',
    `const g = tensor(${JSON.stringify(rows(x, Math.max(...x.positions.map((p) => p.length)), x.positions.length))}); // [losses, positions]`,
    `const draw = tensor([${(x.U.length > 0 ? x.U : chancesOf(x).map((f) => f / 2)).join(', ')}]);`,
    `console.log(await signDrop({ draw, k: ${x.k}, preserveNorm: true })(g).data(), await g.sum({ axis: 0 }).data());`,
  );

const slopes = fc.constantFrom(1, 0.5, 0);
const position = fc.record({ g: gradients, u: draw });

/** The kept norm, for every draw. */
const kept: Claim = caseClaim<Whole>({
  name: 'norm-preserved',
  group: 'Structure of the merge',
  statement:
    'preserveNorm: the update is X ‖Σ_i g_i‖₂/‖X‖₂, norms over the whole tensor, for gradients from 1e-30 to 1e30; where X = 0 it is 0.',
  source: 'Chen et al. 2020, on Algorithm 1; docs/several-losses.md',
  expected: 'holds',
  tolerance: '1e-5 of ‖Σ g‖₂: two sums of at most four squares, two roots and a quotient, rounded to float32',
  devices: 'all',
  share: 0.1,
  cases: () =>
    fc
      .record({
        all: fc.array(position, { minLength: 1, maxLength: width }),
        k: slopes,
        c: fc.constantFrom(1, 1e-30, 1e30),
      })
      .filter(({ all, k }) => all.every(({ g, u }) => decided({ g, U: u, k })))
      .map(({ all, ...rest }) => ({ positions: all.map(({ g }) => g), U: all.map(({ u }) => u), ...rest })),
  async judge(cases, context) {
    const out: (string | undefined)[] = [];
    for (const x of cases) {
      const X = x.positions.map((g, j) => {
        const { p, q } = sidesOf(g);
        return x.c * (keepChance(g, x.k) > x.U[j]! ? p : 0 - q);
      });
      const norm = normOf(sumsOf(x));
      const wanted = X.map((v) => (normOf(X) === 0 ? 0 : v * (norm / normOf(X))));
      const got = await merged(context, x);
      const right = got.every((v, j) => (normOf(X) === 0 ? v === 0 : near(v, wanted[j]!, norm)));
      out.push(right ? undefined : `(${got.join(', ')}), not (${wanted.join(', ')})`);
    }
    return out;
  },
  show,
  snippet,
});

interface Options extends Pick<Claim, 'name' | 'statement' | 'source' | 'expected'> {
  /** Whether the claim says that the update vanishes with probability 1. */
  readonly says: (x: Whole) => boolean;
}

const vanishing = ({ says, ...rest }: Options): Claim =>
  caseClaim<Whole>({
    ...rest,
    group: 'Proposition 1',
    tolerance: 'none: what is scaled by 0 is exactly 0',
    devices: 'all',
    share: 0.05,
    cases: () =>
      fc
        .record({
          some: fc.array(gradients, { minLength: 1, maxLength: 2 }),
          mirrored: fc.boolean(),
          k: slopes,
        })
        .map(({ some, mirrored, k }) => ({
          // Half of the time the sums cancel everywhere.
          positions: mirrored ? some.map((g) => g.slice(0, 3).flatMap((x) => [x, 0 - x])) : some,
          U: [],
          k,
          c: 1,
        })),
    async judge(cases, context) {
      const out: (string | undefined)[] = [];
      for (const x of cases) {
        const chances = chancesOf(x);
        let moves: string | undefined;
        for (let outcome = 0; outcome < 2 ** chances.length && moves === undefined; outcome++) {
          const low = (j: number): boolean => ((outcome >> j) & 1) === 1;
          if (chances.some((f, j) => (low(j) ? f : 1 - f) <= 0)) continue;
          const U = chances.map((f, j) =>
            low(j) ? Math.max(f - clear, draws.least) : Math.min(f + clear, draws.greatest),
          );
          const X = await merged(context, { ...x, U });
          if (X.some((v) => v !== 0)) moves = `X = (${X.join(', ')}) for U = (${U.join(', ')})`;
        }
        const wrong = (moves === undefined) !== says(x);
        out.push(wrong ? (moves ?? 'X = 0 for every U, but some g is not 0') : undefined);
      }
      return out;
    },
    show,
    snippet,
  });

/** What becomes of the merge, and of Proposition 1, where the result is scaled to the norm of the sum. */
export const norms: readonly Claim[] = [
  kept,
  vanishing({
    name: 'prop1-norm-preserved-naive',
    statement: 'With preserveNorm: X = 0 with probability 1 if and only if every g_i = 0.',
    source: 'Chen et al. 2020, Proposition 1, read for the renormalised update',
    expected: 'fails',
    says: ({ positions }) => positions.flat().every((x) => x === 0),
  }),
  vanishing({
    name: 'prop1-norm-preserved',
    statement:
      'With preserveNorm: X = 0 with probability 1 if and only if Σ_i g_i = 0 at every position: stable points are those of the plain sum.',
    source: 'derived in docs/propositions.md, Proposition 1',
    expected: 'holds',
    says: (x) => sumsOf(x).every((D) => D === 0),
  }),
];
