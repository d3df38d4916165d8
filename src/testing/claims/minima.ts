import fc from 'fast-check';
import { multiGrad } from '../../multiloss/multiGrad.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, near, sidesOf, sumOf } from './closedForms.ts';
import { slope } from './generators.ts';
import { clear, draws } from './positions.ts';
import { program } from './snippets.ts';

const [dim, count] = [3, 3];
/** The numbers of cases of a kernel call: few while a case is shrunk. */
const [few, most] = [2, 64];

/**
 * Losses ½ (w − w*)ᵀ B_iᵀB_i (w − w*) with a common minimum w*, evaluated at w* + v and at w* + t
 * v.
 */
interface Bowls {
  /** The matrices B_i, row-major. */
  readonly roots: readonly (readonly number[])[];
  readonly minimum: readonly number[];
  readonly v: readonly number[];
  readonly t: number;
  readonly k: number;
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** H_i v for H_i = B_iᵀ B_i, in float64. */
const slopeOf = (root: readonly number[], v: readonly number[]): number[] => {
  const Bv = range(dim).map((r) => sumOf(range(dim).map((c) => root[r * dim + c]! * v[c]!)));
  return range(dim).map((c) => sumOf(range(dim).map((r) => root[r * dim + c]! * Bv[r]!)));
};

const lanesAt = ({ roots, v }: Bowls): number[][] => {
  const g = roots.map((root) => slopeOf(root, v));
  return range(dim).map((j) => g.map((row) => row[j]!));
};

/**
 * The merged gradient that multiGrad returns at w* + s v, by the library's own derivatives, for
 * every case at once: [case][position].
 */
async function mergedAt(
  { subject }: Context,
  cases: readonly Bowls[],
  at: (c: Bowls) => number,
  U: readonly (readonly number[])[],
): Promise<number[][]> {
  const width = cases.length <= few ? few : most;
  const rows = (of: (c: Bowls, i: number) => readonly number[], other: number): Tensor =>
    tensor(range(width).map((i) => (cases[i] ? [...of(cases[i], i)] : range(dim).map(() => other))));
  const w = rows((c) => c.minimum.map((m, j) => m + at(c) * c.v[j]!), 0);
  const star = rows((c) => c.minimum, 0);
  const roots = range(count).map((i) =>
    tensor(
      range(width).map((n) => range(dim).map((r) => range(dim).map((c) => cases[n]?.roots[i]?.[r * dim + c] ?? 0))),
    ),
  );
  const f = (x: Tensor): Tensor[] => roots.map((B) => B.matmul(x.sub(star).unsqueeze(2)).square().sum().mul(0.5));
  const rule = subject({ k: cases[0]!.k, draw: rows((_, i) => U[i]!, 0.5).reshape([width * dim]) });
  const data = await multiGrad(f, rule)(w).grads.data();
  return cases.map((_, i) => range(dim).map((j) => data[i * dim + j]!));
}

/** E‖X‖₂ over the draws, computed from X in each of the 2³ outcomes, at w* + s v. */
async function normsAt(context: Context, cases: readonly Bowls[], at: (c: Bowls) => number): Promise<number[]> {
  const norms = cases.map(() => 0);
  for (let outcome = 0; outcome < 2 ** dim; outcome++) {
    const chances = cases.map((c) => lanesAt(c).map((g) => keepChance(g, c.k)));
    const low = (j: number): boolean => ((outcome >> j) & 1) === 1;
    const U = chances.map((fs) =>
      fs.map((f, j) => (low(j) ? Math.max(f - clear, draws.least) : Math.min(f + clear, draws.greatest))),
    );
    const X = await mergedAt(context, cases, at, U);
    chances.forEach((fs, i) => {
      norms[i]! += fs.reduce((c, f, j) => c * (low(j) ? f : 1 - f), 1) * Math.hypot(...X[i]!);
    });
  }
  return norms;
}

/** Along a ray from a common minimum of all losses the proposition is a theorem. */
export const commonMinimum: Claim = caseClaim<Bowls>({
  name: 'prop2-common-minimum',
  group: 'Proposition 2',
  statement:
    'Losses ½ (w − w*)ᵀ H_i (w − w*) with one minimum w* and any Hessians: E‖X(w* + t v)‖₂ = t E‖X(w* + v)‖₂, for every k.',
  source: 'derived in docs/propositions.md, Proposition 2',
  expected: 'holds',
  tolerance: '1e-5 of ‖S‖₂: gradients are sums of small whole numbers, exact but for the last rounding of f',
  devices: 'all',
  share: 0.2,
  cases: (context) =>
    fc.record({
      roots: fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { minLength: dim * dim, maxLength: dim * dim }), {
        minLength: count,
        maxLength: count,
      }),
      minimum: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dim, maxLength: dim }),
      v: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dim, maxLength: dim }),
      t: fc.constantFrom(2, 0.25, 0.5, 4),
      k: slope(context),
    }),
  async judge(cases, context) {
    const out: (string | undefined)[] = cases.map(() => undefined);
    for (const k of new Set(cases.map((c) => c.k))) {
      const alike = range(cases.length).filter((i) => cases[i]!.k === k);
      for (let at = 0; at < alike.length; at += most) {
        const part = alike.slice(at, at + most);
        const own = part.map((i) => cases[i]!);
        const here = await normsAt(context, own, () => 1);
        const there = await normsAt(context, own, (c) => c.t);
        part.forEach((i, j) => {
          const { t } = cases[i]!;
          const S = Math.hypot(...lanesAt(cases[i]!).map((g) => sidesOf(g).S));
          if (!near(there[j]!, t * here[j]!, t * S))
            out[i] = `E‖X‖₂ = ${here[j]} at w* + v and ${there[j]} at w* + ${t} v`;
        });
      }
    }
    return out;
  },
  snippet: (c) =>
    program(
      'signDrop, tensor',
      `const g = tensor([${range(count)
        .map(
          (i) =>
            `[${lanesAt(c)
              .map((lane) => lane[i])
              .join(', ')}]`,
        )
        .join(', ')}]); // [losses, positions] at w* + v`,
      `const draw = tensor([${lanesAt(c)
        .map((g) => keepChance(g, c.k) / 2)
        .join(', ')}]);`,
      `console.log(await signDrop({ k: ${c.k}, draw })(g).data(), await signDrop({ k: ${c.k}, draw })(g.mul(${c.t})).data());`,
    ),
});
