import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import type { SignDropOptions } from '../../multiloss/signDrop.ts';
import { tensor } from '../../tensor/create.ts';
import { foldIn, key } from '../../tensor/key.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { again, checkSignal, type Claim, type Context, type Verdict } from '../claim.ts';
import { keepChance, sidesOf } from './closedForms.ts';
import { gradient } from './generators.ts';
import { fewKeeps, type Keep } from './keepFunctions.ts';
import { program } from './snippets.ts';

/** A keep function to sample: the options of the node, and the probability of the positive side. */
interface Law {
  readonly name: string;
  readonly options: SignDropOptions;
  readonly f: (g: readonly number[]) => number;
}

const slopes = (): readonly Law[] =>
  [1, 0.5, 0].map((k) => ({
    name: `k = ${k}`,
    options: { k },
    f: (g) => keepChance(g, k),
  }));
const lawOf = ({ name, keep, f }: Keep): Law => ({ name: `f ${name}`, options: { keep }, f: (g) => f(sidesOf(g).P) });
/** Nonlinear keep functions, some of which the seed draws. */
const others = (context: Context): readonly Law[] => fewKeeps(context).map(lawOf);

/** The number of positions of a layer and the number of lanes of each. */
const [rows, lanes] = [8, 4];

/**
 * Bernstein's inequality. For n draws that each succeed with a probability within `off` of f, it
 * returns the distance from n f that the count exceeds with probability at most `alarm`: t + n off,
 * where 2 exp(−t²/(2 (v + t/3))) = alarm. v = n (f (1 − f) + off) bounds the variance, because the
 * slope of f (1 − f) is at most 1.
 */
export function bernstein(n: number, f: number, alarm: number, off = 0): number {
  const L = Math.log(2 / alarm);
  return n * off + L / 3 + Math.sqrt((L / 3) ** 2 + 2 * L * n * (f * (1 - f) + off));
}

/** The probability that a true claim is refuted. */
const falseAlarm = 1e-9;
/** The possible error of f: a draw is one of 2²³ values, and a purity is rounded. */
const rounding = 2 ** -20;

/** The number of draws for each position. It is smaller where a program interprets the graph. */
const drawsOf = ({ runs, device }: Context): number =>
  2 ** Math.min(16, Math.max(8, Math.round(Math.log2(32 * runs)))) / (device === 'reference' ? 8 : 1);

const sampled = (name: string, statement: string, lawsOf: (context: Context) => readonly Law[]): Claim => ({
  name,
  group: 'Proposition 3',
  statement,
  source: 'Chen et al. 2020, Proposition 3; the threshold is derived in docs/propositions.md',
  tolerance:
    'Bernstein’s bound for the count of positive updates, shared over all positions: a true claim is refuted with probability at most 1e-9',
  expected: 'holds',
  devices: 'all',
  async check(context: Context): Promise<Verdict> {
    const [n, laws] = [drawsOf(context), lawsOf(context)];
    const g = fc.sample(fc.array(gradient, { minLength: lanes, maxLength: lanes }), {
      numRuns: rows * laws.length,
      seed: context.seed,
    });
    for (const [at, law] of laws.entries()) {
      await checkSignal(context);
      const own = g.slice(at * rows, (at + 1) * rows);
      const X = await sample(context, law, own, n, at);
      for (const [r, gr] of own.entries()) {
        const refuted = refute(gr, law, X.subarray(r * n, (r + 1) * n), falseAlarm / (rows * laws.length));
        if (refuted !== undefined)
          return {
            outcome: 'fails',
            cases: at * rows * n + (r + 1) * n,
            counterexample: {
              numbers: `g = (${gr.join(', ')}), ${law.name}, ${n} draws`,
              found: refuted,
              snippet: `${again(name, context)}\n${snippet(context, law, gr, { n, at, r })}`,
              shrinks: 0,
            },
          };
      }
    }
    return { outcome: 'holds', cases: laws.length * rows * n };
  },
});

/** Updates [rows, n] with the key's own draws. */
async function sample(
  { subject, seed }: Context,
  { options }: Law,
  g: readonly (readonly number[])[],
  n: number,
  at: number,
): Promise<Float32Array | Float64Array> {
  const h = tensor(1).broadcastTo([rows, n]);
  const lane = tensor(Array.from({ length: lanes }, (_, l) => g.map((gr) => [gr[l]!])));
  const rule = subject({ ...options, key: foldIn(key(seed >>> 0), at), marginalize: 'none' });
  return vjp((x: Tensor) => fanOut(x, lanes, rule), h)[1](lane.broadcastTo([lanes, rows, n]))[0].data();
}

function refute(g: readonly number[], law: Law, X: ArrayLike<number>, alarm: number): string | undefined {
  const { p, q, D } = sidesOf(g);
  const f = law.f(g);
  let count = 0;
  for (let i = 0; i < X.length; i++) {
    if (X[i] !== p && X[i] !== 0 - q) return `X = ${X[i]}, which is neither p = ${p} nor −q = ${-q}`;
    if (X[i] === p) count++;
  }
  if (p === 0 && q === 0) return undefined;
  const bound = bernstein(X.length, f, alarm, rounding);
  if (Math.abs(count - f * X.length) <= bound) return undefined;
  const share = count / X.length;
  return `X = p in ${count} of ${X.length} draws, ${(f * X.length).toFixed(1)} ± ${bound.toFixed(1)} expected; mean ${share * p - (1 - share) * q}, D = ${D}`;
}

/** A program that repeats the draws of the position in row r. */
const snippet = (
  { seed }: Context,
  { options }: Law,
  g: readonly number[],
  { n, at, r }: { readonly n: number; readonly at: number; readonly r: number },
): string =>
  program(
    'foldIn, key, signDrop, tensor',
    `const g = tensor([${g.join(', ')}]).reshape([${lanes}, 1, 1]).broadcastTo([${lanes}, ${rows}, ${n}]);`,
    `const rule = signDrop({ key: foldIn(key(${seed >>> 0}), ${at}), marginalize: 'none', ${options.keep ? `keep: ${String(options.keep)}` : `k: ${options.k}`} });`,
    `const X = await rule(g).at(${r}).data();`,
    'console.log(X.filter((x) => x > 0).length / X.length);',
  );

/** Claims about the native kernel with draws from a key. */
export const sampling: readonly Claim[] = [
  sampled(
    'prop3-sampled',
    'Drawn by key, X = p with frequency f_k(P): so mean and variance of ΔL are those of Proposition 3, for k = 1, ½, 0.',
    slopes,
  ),
  sampled(
    'prop3-sampled-keep',
    'Drawn by key, X = p with frequency f(P), for admissible keep functions that are not linear.',
    others,
  ),
];
