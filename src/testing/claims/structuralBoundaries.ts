import fc from 'fast-check';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { grad } from '../../tensor/transforms/grad.ts';
import { jvp } from '../../tensor/transforms/jvp.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { onReference, sameNumber, showNumbers, sliceOf } from './boundaries.ts';
import { common, everyOne } from './derivativeCases.ts';
import { rerunSnippet } from './snippets.ts';
import { operations } from './structuralCases.ts';
import { sizeOf, type Use } from './uses.ts';

/**
 * The numbers at which operations are asked: zeros and ties; also −∞, as in masks; ±∞; NaN.
 */
const pools = {
  finite: [0, -0, 1, 1, 2, -1],
  masked: [0, 1, 1, 2, -Infinity],
  infinite: [0, 1, -1, 2, Infinity, -Infinity],
  missing: [0, 1, 2, NaN],
} as const;
type Pool = keyof typeof pools;
const poolNames = Object.keys(pools) as Pool[];

/** An operation with its inputs, which follow from the pool and the offset. */
export interface Case {
  readonly use: Use;
  readonly pool: Pool;
  readonly offset: number;
}

/** The most elements that the inputs have together. Hessians are computed column by column. */
const most = 12;

const elements = ({ shapes }: Use): number => shapes.reduce((n, shape) => n + sizeOf(shape), 0);

/** Pseudorandom numbers of the pool. */
const numbersOf = ({ use, pool, offset }: Case): number[] =>
  Array.from({ length: elements(use) }, (_, i) => {
    const noise = Math.abs(Math.sin(12.9898 * (i + 1) + 78.233 * (offset + 1)) * 43758.5453) % 1;
    return pools[pool][Math.floor(noise * pools[pool].length)]!;
  });

/** The use as a function from one vector, which holds all inputs, to another. */
const flat =
  ({ f, shapes }: Use) =>
  (x: Tensor): Tensor => {
    let at = 0;
    const inputs = shapes.map((shape) => x.slice([at], [(at += sizeOf(shape))]).reshape(shape));
    const y = f(...inputs);
    return y.reshape([y.size]);
  };

const vector = (xs: readonly number[]): Tensor => tensor(Float64Array.from(xs), { shape: [xs.length] });
const unit = (i: number, n: number): Tensor => vector(Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
/** Small integers for weights and directions. */
const integers = (n: number): number[] => Array.from({ length: n }, (_, i) => [1, 2, -1, 3, -2][i % 5]!);

type Rows = readonly (readonly number[])[];
const read = async (rows: readonly Tensor[]): Promise<Rows> =>
  Promise.all(rows.map(async (t) => [...(await t.data())]));
const transposed = (rows: Rows, n: number): Rows => Array.from({ length: n }, (_, j) => rows.map((row) => row[j]!));
const numeric = (rows: Rows): boolean => rows.every((row) => row.every(Number.isFinite));

/** A message for the first entry in which two matrices differ. */
function matricesDiffer(names: readonly [string, string], a: Rows, b: Rows, strict: boolean): string | undefined {
  for (const [i, row] of a.entries())
    for (const [j, x] of row.entries())
      if (!sameNumber(x, b[i]![j]!, 1e-9, strict)) return `${names[0]} [${i}, ${j}] is ${x}, ${names[1]} ${b[i]![j]}`;
  return undefined;
}

/** Σ w f, whose Hessian is asked for, and its gradient. */
function weighted(f: (x: Tensor) => Tensor, m: number): Record<'s' | 'g', (x: Tensor) => Tensor> {
  const w = vector(integers(m));
  const s = (x: Tensor): Tensor => f(x).mul(w).sum();
  return { s, g: grad(s) as (x: Tensor) => Tensor };
}

/**
 * Of three equal numbers, the second in order stays the same if any one moves. So no slope along an
 * axis is that of a stable sort; `structural-kinks` states it.
 */
const permutes = ({ text }: Use): boolean => text.startsWith('sort');

/** Operations in which −∞ leaves a number out. In sums of products it only makes NaN. */
const leaveOut = ['max', 'min', 'topK', 'sort', 'softmax', 'logSoftmax', 'logSumExp', 'crossEntropy'];
const masks = ({ text }: Use): boolean => leaveOut.some((name) => text.startsWith(name));

const step = 2 ** -20;

/** Finite numbers: each entry of the Jacobian lies between the slopes of the two sides. */
async function slopesDiffer(
  f: (x: Tensor) => Tensor,
  at: readonly number[],
  y: readonly number[],
  J: Rows,
): Promise<string | undefined> {
  const moved = async (h: number): Promise<Rows> => read(at.map((x, i) => f(vector(at.with(i, x + h)))));
  const [up, down] = await Promise.all([moved(step), moved(-step)]);
  for (const [k, row] of J.entries())
    for (const [i, d] of row.entries()) {
      const sides = [(up[i]![k]! - y[k]!) / step, (y[k]! - down[i]![k]!) / step];
      const slack = 1e-4 * Math.max(1, ...sides.map(Math.abs));
      if (!(d >= Math.min(...sides) - slack && d <= Math.max(...sides) + slack))
        return `the derivative of output ${k} by number ${i} is ${d}, the slopes beside it are ${sides.join(' and ')}`;
    }
  return undefined;
}

/** Asks a case on reference. Returns what is wrong. */
export async function caseFault(c: Case): Promise<string | undefined> {
  const [f, at] = [flat(c.use), numbersOf(c)];
  const [x, n] = [vector(at), at.length];
  const [y] = (await read([f(x)])) as [number[]];
  const { s, g } = weighted(f, y.length);
  const units = at.map((_, i) => unit(i, n));
  const J = await read(y.map((_, k) => vjp(f, x)[1](unit(k, y.length))[0]));
  const forward = await read(units.map((e) => jvp(f, [x], [e])[1]));
  // A zero times an infinite entry further in is NaN in one mode, and not met in the other.
  const strict = numeric(J);
  if ((c.pool === 'finite' || (c.pool === 'masked' && masks(c.use))) && numeric([y]) && !strict)
    return `outputs ${showNumbers(y)} have the Jacobian ${J.map((row) => `[${showNumbers(row)}]`).join(', ')}`;
  const H = await read(units.map((e) => vjp(g, x)[1](e)[0]));
  const nested: readonly [string, Rows][] = [
    ['forward over reverse', await read(units.map((e) => jvp(g, [x], [e])[1]))],
    ['reverse over forward', await read(units.map((e) => grad((u: Tensor) => jvp(s, [u], [e])[1])(x) as Tensor))],
    ['its transpose', transposed(H, n)],
  ];
  const along = integers(n);
  const twice = await read(units.map((e) => jvp((u: Tensor) => jvp(s, [u], [e])[1], [x], [vector(along)])[1]));
  const product = H.map((row) => [row.reduce((sum, h, j) => sum + h * along[j]!, 0)]);
  return (
    matricesDiffer(['the Jacobian by reverse mode', 'by forward mode'], J, transposed(forward, y.length), strict) ??
    nested
      .map(([name, other]) => matricesDiffer(['the Hessian by reverse over reverse', name], H, other, strict))
      .find((found) => found !== undefined) ??
    matricesDiffer(['H v by reverse over reverse', 'by forward over forward'], product, twice, strict) ??
    (c.pool === 'finite' && !permutes(c.use) ? slopesDiffer(f, at, y, J) : undefined)
  );
}

/** Value, gradient, tangent and Hessian product of a case on the current device. */
async function computed(c: Case): Promise<Rows> {
  const [f, at] = [flat(c.use), numbersOf(c)];
  const [x, v] = [vector(at), vector(integers(at.length))];
  const y = f(x);
  const { g } = weighted(f, y.size);
  return read([y, g(x), jvp(f, [x], [v])[1], jvp(g, [x], [v])[1]]);
}

const kinds = ['the value', 'the gradient of Σ w f', 'the tangent', 'the Hessian product'];

async function deviceDiffers(c: Case, { device }: Context): Promise<string | undefined> {
  const ieee = device === 'cpu' || device === 'webasm';
  // Shading languages promise nothing of NaN and infinities.
  if (!ieee && c.pool !== 'finite') return undefined;
  const wanted = await onReference(async () => computed(c));
  for (const [kind, row] of (await computed(c)).entries()) {
    const size = Math.max(1, ...wanted[kind]!.filter(Number.isFinite).map(Math.abs));
    const at = row.findIndex((got, i) => !sameNumber(got / size, wanted[kind]![i]! / size, ieee ? 1e-4 : 1e-3, true));
    if (at >= 0) return `${kinds[kind]}: element ${at} is ${row[at]}, on reference ${wanted[kind]![at]}`;
  }
  return undefined;
}

const about: Omit<Claim, 'check'> = {
  ...common,
  name: 'structural-boundaries',
  statement:
    'Every other operation at zeros, ties, −0, ±∞ and NaN, over axes of size 0 and 1, at rank 0 to 8: first and second derivatives are the same by both modes and all nestings, the Hessian is symmetric, finite outputs have finite derivatives, also where −∞ leaves a number out of a maximum or a softmax; at numbers they lie between the slopes of both sides; devices agree with reference.',
  tolerance:
    '1e-9 between modes in float64, 1e-4 of differences, 1e-4 of the largest result for float32, 1e-3 on shaders, where only finite numbers count; where a derivative is infinite or NaN, one nesting may give NaN, as 0 · ∞, where another gives a number',
  devices: 'all',
};

const parts = operations.map(([, uses]) =>
  caseClaim<Case>({
    ...about,
    share: 0.004,
    whole: 60,
    cases: () =>
      fc.record({
        use: uses.filter((use) => elements(use) <= most),
        pool: fc.constantFrom(...poolNames),
        offset: fc.nat({ max: 10_000 }),
      }),
    judge: async (cases, context) => {
      const out: (string | undefined)[] = [];
      for (const c of cases)
        out.push(await (context.device === 'reference' ? caseFault(c) : deviceDiffers(c, context)));
      return out;
    },
    show: (c) => `${c.use.text} at (${showNumbers(numbersOf(c))})`,
    snippet: (_, context) => rerunSnippet('structural-boundaries', context),
  }),
);

export const structuralBoundaries: Claim = {
  ...everyOne(about, parts),
  check: async (context) => everyOne(about, sliceOf(parts, context)).check(context),
};
