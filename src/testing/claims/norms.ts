import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import { ones, tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { vmap } from '../../tensor/transforms/vmap.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, near, sidesOf } from './closedForms.ts';
import { decided, draw, gradients, someOf } from './generators.ts';
import { clear, draws } from './positions.ts';
import { program } from './snippets.ts';

/** A tensor of a few positions, whose gradients are all multiplied by c. */
interface Whole {
  readonly positions: readonly (readonly number[])[];
  readonly U: readonly number[];
  readonly k: number;
  readonly c: number;
  /** If true, the positions form a layer [2, 2], otherwise [4]. */
  readonly square?: boolean;
}

/** The sizes of every kernel call: positions and lanes. Missing elements are zeros. */
const [width, lanes] = [4, 6];
/** The numbers of tensors of a kernel call: few while a case is shrunk. */
const [few, most] = [4, 64];

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const rows = ({ positions, c }: Whole, count: number, size: number): number[][] =>
  range(count).map((l) => range(size).map((j) => c * (positions[j]?.[l] ?? 0)));

/**
 * The gradient that a node with `preserveNorm` sends back to each tensor. Under vmap each is an
 * example with its own norm.
 */
async function merged({ subject }: Context, all: readonly Whole[]): Promise<number[][]> {
  const out: number[][] = all.map(() => []);
  const settings = ({ k, square = false }: Whole): string => JSON.stringify([k, square]);
  for (const same of new Set(all.map(settings))) {
    const alike = range(all.length).filter((i) => settings(all[i]!) === same);
    const { k, square } = all[alike[0]!]!;
    const shape = square === true ? [2, 2] : [width];
    const batch = alike.length <= few ? few : most;
    for (let at = 0; at < alike.length; at += batch) {
      const part = alike.slice(at, at + batch).map((i) => all[i]!);
      const none: Whole = { positions: [], U: [], k, c: 1 };
      const padded = range(batch).map((i) => part[i] ?? none);
      const g = tensor(padded.map((x) => rows(x, lanes, width)));
      const U = tensor(padded.map((x) => range(width).map((j) => x.U[j] ?? 0.5)));
      const merge = (g: Tensor, draw: Tensor): Tensor => {
        const rule = subject({ draw, k, marginalize: 'none', preserveNorm: true });
        return vjp((h: Tensor) => fanOut(h, lanes, rule), ones(shape))[1](g)[0];
      };
      const grads = g.reshape([batch, lanes, ...shape]);
      const data = await (vmap(merge)(grads, U.reshape([batch, ...shape])) as Tensor).data();
      part.forEach((x, i) => {
        out[alike[at + i]!] = x.positions.map((_, j) => data[i * width + j]!);
      });
    }
  }
  return out;
}

const chancesOf = ({ positions, k }: Whole): number[] => positions.map((g) => keepChance(g, k));
const sumsOf = ({ positions, c }: Whole): number[] => positions.map((g) => c * sidesOf(g).D);
const normOf = (xs: readonly number[]): number => Math.hypot(...xs);

const show = ({ positions, U, k, c, square }: Whole): string =>
  [
    `g = ${positions.map((g) => `(${g.join(', ')})`).join(', ')} (positions${square ? ' of a layer [2, 2], row by row' : ''})`,
    ...(c === 1 ? [] : [`times ${c}`]),
    ...(U.length > 0 ? [`U = (${U.join(', ')})`] : []),
    `k = ${k}`,
  ].join(', ');

function snippet(x: Whole): string {
  const size = x.square ? width : x.positions.length;
  const draw = x.U.length > 0 ? x.U : chancesOf(x).map((f) => f / 2);
  const shaped = (first: string): string => (x.square ? `.reshape([${first}2, 2])` : '');
  const count = Math.max(...x.positions.map((p) => p.length));
  return program(
    'signDrop, tensor',
    `const g = tensor(${JSON.stringify(rows(x, count, size))})${shaped(`${count}, `)}; // [losses, ...positions]`,
    `const draw = tensor([${range(size)
      .map((j) => draw[j] ?? 0.5)
      .join(', ')}])${shaped('')};`,
    `console.log(await signDrop({ draw, k: ${x.k}, preserveNorm: true })(g).data(), await g.sum({ axis: 0 }).data());`,
  );
}

const slopes = fc.constantFrom(1, 0.5, 0);
const position = fc.record({ g: gradients, u: draw });

/** The norm of the sum is kept, for every draw. */
const kept: Claim = caseClaim<Whole>({
  name: 'norm-preserved',
  group: 'Structure of the merge',
  statement:
    'preserveNorm: the update is X ‖Σ_i g_i‖₂/‖X‖₂, norms over the whole tensor of any rank, for gradients from 1e-30 to 1e30; where X = 0 it is 0.',
  source: 'Chen et al. 2020, on Algorithm 1; docs/several-losses.md',
  expected: 'holds',
  tolerance: '1e-5 of ‖Σ g‖₂: two sums of at most four squares, two roots and a quotient, rounded to float32',
  devices: 'all',
  share: 0.5,
  cases: () =>
    fc
      .record({
        all: someOf(position, width, { g: [0], u: 0.25 }),
        k: slopes,
        c: fc.constantFrom(1, 1e-30, 1e30),
        square: fc.boolean(),
      })
      .filter(({ all, k }) => all.every(({ g, u }) => decided({ g, U: u, k })))
      .map(({ all, ...rest }) => ({ positions: all.map(({ g }) => g), U: all.map(({ u }) => u), ...rest })),
  async judge(cases, context) {
    const got = await merged(context, cases);
    return cases.map((x, i) => {
      const X = x.positions.map((g, j) => {
        const { p, q } = sidesOf(g);
        return x.c * (keepChance(g, x.k) > x.U[j]! ? p : 0 - q);
      });
      const norm = normOf(sumsOf(x));
      const wanted = X.map((v) => (normOf(X) === 0 ? 0 : v * (norm / normOf(X))));
      const right = got[i]!.every((v, j) => (normOf(X) === 0 ? v === 0 : near(v, wanted[j]!, norm)));
      return right ? undefined : `(${got[i]!.join(', ')}), not (${wanted.join(', ')})`;
    });
  },
  show,
  snippet,
});

interface Options extends Pick<Claim, 'name' | 'statement' | 'source' | 'expected'> {
  /** Says whether the update vanishes with probability 1, according to the claim. */
  readonly says: (x: Whole) => boolean;
}

/**
 * Copies of the tensor with the draws of each outcome of positive probability: below or above f at
 * each position.
 */
function outcomesOf(x: Whole): Whole[] {
  const chances = chancesOf(x);
  const low = (outcome: number, j: number): boolean => ((outcome >> j) & 1) === 1;
  return range(2 ** chances.length)
    .filter((outcome) => chances.every((f, j) => (low(outcome, j) ? f > 0 : f < 1)))
    .map((outcome) => ({
      ...x,
      U: chances.map((f, j) =>
        low(outcome, j) ? Math.max(f - clear, draws.least) : Math.min(f + clear, draws.greatest),
      ),
    }));
}

const vanishing = ({ says, ...rest }: Options): Claim =>
  caseClaim<Whole>({
    ...rest,
    group: 'Proposition 1',
    tolerance: 'none: what is scaled by 0 is exactly 0',
    devices: 'all',
    share: 0.1,
    cases: () =>
      fc
        .record({
          some: someOf(gradients, 2, [0]),
          mirrored: fc.boolean(),
          k: slopes,
        })
        .map(({ some, mirrored, k }) => ({
          // In half of the cases the sums cancel at every position.
          positions: mirrored ? some.map((g) => g.slice(0, 3).flatMap((x) => [x, 0 - x])) : some,
          U: [],
          k,
          c: 1,
        })),
    async judge(cases, context) {
      const outcomes = cases.map(outcomesOf);
      const got = await merged(context, outcomes.flat());
      let at = 0;
      return cases.map((x, i) => {
        const own = got.slice(at, (at += outcomes[i]!.length));
        const moving = own.findIndex((X) => X.some((v) => v !== 0));
        if (moving < 0 === says(x)) return undefined;
        return moving < 0
          ? 'X = 0 for every U, but some g is not 0'
          : `X = (${own[moving]!.join(', ')}) for U = (${outcomes[i]![moving]!.U.join(', ')})`;
      });
    },
    show,
    snippet,
  });

/**
 * Claims about the merge, and about Proposition 1, if the result is scaled to the norm of the sum.
 */
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
