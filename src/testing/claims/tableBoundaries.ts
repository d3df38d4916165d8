import { elementwise as table, type ElementwiseName } from '../../../kernels/elementwise.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { jvp } from '../../tensor/transforms/jvp.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { again, checkSignal, type Claim, type Context, type Verdict } from '../claim.ts';
import { common, type F } from './derivativeCases.ts';
import { onReference, sameNumber, showNumbers, sliceOf } from './boundaries.ts';
import { rerunSnippet } from './snippets.ts';
import { call, conventions, conventionsBeyond, differentiable, names } from './tableCases.ts';

type Point = readonly number[];
/** What was computed at all points, by what it is. */
type Results = Readonly<Record<string, ArrayLike<number>>>;

const special = [0, -0, 1, -1, 0.5, 2, -2.5, Infinity, -Infinity, NaN];
/** Numbers for the three inputs of `where` and `clip`, of which there are fewer. */
const fewer = [0, -0, 1, 2, -2.5, Infinity, -Infinity, NaN];

/** All combinations of special numbers, for as many inputs as the entry has. */
function grid(entry: ElementwiseName): Point[] {
  const { arity } = table[entry];
  const each = arity === 3 ? fewer : special;
  let points: Point[] = [[]];
  for (let i = 0; i < arity; i++) points = points.flatMap((p) => each.map((x) => [...p, x]));
  return points;
}

const ones = (x: Tensor): Tensor => tensor(1).broadcastTo(x.shape);

/** The partial derivative by input i as a function, in reverse or in forward mode. */
const partials: Record<'reverse' | 'forward', (f: F, i: number) => F> = {
  reverse:
    (f, i) =>
    (...xs) =>
      vjp(f, ...xs)[1](ones(xs[i]!))[i]!,
  forward:
    (f, i) =>
    (...xs) =>
      jvp((x: Tensor) => f(...xs.with(i, x)), [xs[i]!], [ones(xs[i]!)])[1],
};
const modes = ['reverse', 'forward'] as const;

/**
 * The value of an entry at all points, its first derivatives by both modes, and its second ones by
 * all four nestings. The key of `∂²y/∂a∂b` ends in the indices of a and b.
 */
async function results(entry: ElementwiseName, points: readonly Point[], order: 0 | 1 | 2): Promise<Results> {
  const xs = points[0]!.map((_, i) => tensor(points.map((p) => p[i]!)));
  const f: F = (...inputs) => call(entry, ...inputs);
  const found: Record<string, Tensor> = { value: f(...xs) };
  for (const i of order === 0 ? [] : differentiable(entry))
    for (const first of modes) {
      const d = partials[first](f, i);
      found[`${first} ${i}`] = d(...xs);
      if (order === 1) continue;
      for (const j of differentiable(entry))
        for (const then of modes) found[`${then} over ${first} ${i}${j}`] = partials[then](d, j)(...xs);
    }
  const read = Object.entries(found).map(async ([key, t]) => [key, await t.data()] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** The name of the result that another must equal: reverse mode, with the inputs in order. */
function canonical(key: string): string {
  const [i, j] = key.split(' ').at(-1)!;
  if (j === undefined) return `reverse ${i}`;
  return `reverse over reverse ${i! < j ? i + j : j + i!}`;
}

const finite = (p: Point): boolean => p.every(Number.isFinite);

/** A message for the first point at which modes or nestings differ. */
function nestingsDiffer(points: readonly Point[], found: Results): string | undefined {
  for (const [key, of] of Object.entries(found)) {
    if (key === 'value') continue;
    const wanted = found[canonical(key)]!;
    const at = points.findIndex((p, n) => !sameNumber(of[n]!, wanted[n]!, 1e-12, finite(p)));
    if (at >= 0) return `at (${showNumbers(points[at]!)}): ${key} gives ${of[at]}, ${canonical(key)} ${wanted[at]}`;
  }
  return undefined;
}

const steps = [2 ** -20, 2 ** -23] as const;

/**
 * The slope on one side from differences at two steps: ∞ if they grow, NaN if the function is not
 * finite there.
 */
function slopeOf([far, near]: readonly [number, number], value: number, sign: number): number {
  const [a, b] = [(sign * (far - value)) / steps[0], (sign * (near - value)) / steps[1]];
  return Math.abs(b) > 100 && Math.abs(b) > 1.2 * Math.abs(a) ? Math.sign(b) * Infinity : b;
}

const close = (a: number, b: number): boolean => a === b || Math.abs(a - b) < 1e-4 * Math.max(1, Math.abs(b));

/**
 * The derivative that the tables of conventions give at a point, if they have the point. A 0 in
 * them is either zero. At a base of 0 the exponent of `pow` counts as a constant.
 */
function conventionAt(entry: ElementwiseName, p: Point, i: number): number | undefined {
  if (entry === 'pow' && i === 1 && p[0] === 0) return 0;
  const alike = (x: number, k: number): boolean => Object.is(x, p[k]) || (Object.is(x, 0) && p[k] === 0);
  return [...conventionsBeyond, ...conventions].find(([name, at]) => name === entry && at.every(alike))?.[2][i];
}

/** An entry at a point, and its derivative by input i there. */
interface Slope {
  readonly entry: ElementwiseName;
  readonly i: number;
  readonly p: Point;
  readonly value: number;
  readonly got: number;
}

/**
 * Says what the derivative should be, if it is not. `beside` are the values at the two steps to the
 * right and to the left, `near` the derivatives at a small distance, or far out where an input is
 * infinite.
 */
function expected(
  { entry, i, p, value, got }: Slope,
  beside: readonly (readonly [number, number])[],
  near: readonly number[],
): string | undefined {
  const convention = conventionAt(entry, p, i);
  if (convention !== undefined) return Object.is(got + 0, convention + 0) ? undefined : `by convention ${convention}`;
  if (!finite(p)) {
    const limit = limitOf(near[0]!);
    if (table[entry].arity > 1 || Number.isNaN(p[0]) || Object.is(got + 0, limit + 0) || close(got, limit))
      return undefined;
    return `its limit is ${limit}`;
  }
  if (!Number.isFinite(value))
    return Number.isNaN(value) || near.some((d) => close(got, limitOf(d))) ? undefined : `beside it ${near.join(', ')}`;
  const sides = beside.map((of, s) => slopeOf(of, value, s === 0 ? 1 : -1)).filter((s) => !Number.isNaN(s));
  if (sides.length === 0) return undefined;
  const [low, high] = [Math.min(...sides), Math.max(...sides)];
  const inside = (got >= low || close(got, low)) && (got <= high || close(got, high));
  if (!inside) return `the slopes beside it are ${sides.join(' and ')}`;
  // A convention at one tie of an entry stands for all its ties.
  return close(low, high) || conventions.some(([name]) => name === entry)
    ? undefined
    : `a choice between ${low} and ${high} that no convention states`;
}

/** A derivative near a pole or far out as a limit. */
const limitOf = (d: number): number => (Math.abs(d) > 1e5 ? Math.sign(d) * Infinity : Math.abs(d) < 1e-50 ? 0 : d);

/**
 * Compares the derivative by input i with the slopes on both sides. Where the sides agree, it is
 * their slope; elsewhere it lies between them, or is what a convention says. At a pole it is the
 * limit; at ±∞ too, for entries of one input.
 */
async function slopesDiffer(
  entry: ElementwiseName,
  points: readonly Point[],
  found: Results,
  i: number,
): Promise<string | undefined> {
  const moved = (by: (x: number) => number): Point[] => points.map((p) => p.with(i, by(p[i]!)));
  const value = async (h: number): Promise<ArrayLike<number>> =>
    (
      await results(
        entry,
        moved((x) => x + h),
        0,
      )
    ).value!;
  const slope = async (sign: number): Promise<ArrayLike<number>> => {
    const by = (x: number): number => (Number.isFinite(x) ? x + sign * 2 ** -40 : Math.sign(x) * 1e150);
    return (await results(entry, moved(by), 1))[`reverse ${i}`]!;
  };
  const beside = await Promise.all([1, -1].map(async (sign) => Promise.all(steps.map(async (h) => value(sign * h)))));
  const near = await Promise.all([1, -1].map(slope));
  for (const [n, p] of points.entries()) {
    const got = found[`reverse ${i}`]![n]!;
    const pairs = beside.map((of): [number, number] => [of[0]![n]!, of[1]![n]!]);
    const why = expected(
      { entry, i, p, value: found.value![n]!, got },
      pairs,
      near.map((of) => of[n]!),
    );
    if (why !== undefined) return `at (${showNumbers(p)}): the derivative by input ${i} is ${got}, ${why}`;
  }
  return undefined;
}

/** Numbers at which a sign of zero decides, which float32 kernels do not keep: docs/numerics.md. */
const signOfZero = (entry: ElementwiseName, p: Point): boolean =>
  (entry === 'atan2' && p[0] === 0 && Object.is(p[1], -0)) || (entry === 'pow' && Object.is(p[0], -0));

/** A message for the first result of the current device that is not what reference computes. */
async function deviceDiffers(
  entry: ElementwiseName,
  points: readonly Point[],
  { device }: Context,
): Promise<string | undefined> {
  const ieee = device === 'cpu' || device === 'webasm';
  const order = ieee ? 2 : 1;
  const wanted = await onReference(async () => results(entry, points, order));
  const got = await results(entry, points, order);
  for (const [key, of] of Object.entries(wanted)) {
    const at = points.findIndex((p, n) => {
      // Shading languages promise nothing of NaN and infinities.
      if (signOfZero(entry, p) || (!ieee && !(finite(p) && Number.isFinite(of[n]!)))) return false;
      return !sameNumber(got[key]![n]!, of[n]!, ieee ? 1e-4 : 1e-3, true);
    });
    if (at >= 0) return `at (${showNumbers(points[at]!)}): ${key} is ${got[key]![at]}, on reference ${of[at]}`;
  }
  return undefined;
}

/** Asks an entry at all points on the device of the context. Returns what is wrong. */
export async function boundaryFault(entry: ElementwiseName, context: Context): Promise<string | undefined> {
  const points = grid(entry);
  if (context.device !== 'reference') return deviceDiffers(entry, points, context);
  const found = await results(entry, points, 2);
  const differ = nestingsDiffer(points, found);
  if (differ !== undefined) return differ;
  for (const i of differentiable(entry)) {
    if (table[entry].partials[i] === null) continue;
    const off = await slopesDiffer(entry, points, found, i);
    if (off !== undefined) return off;
  }
  return undefined;
}

export const tableBoundaries: Claim = {
  ...common,
  name: 'table-boundaries',
  statement:
    'Every entry of the elementwise table at all combinations of 0, −0, ±1, ½, 2, −2.5, ±∞ and NaN: first and second derivatives are the same by both modes and all nestings, the Hessian is symmetric, a derivative is the slope where both sides agree, between them or the convention where they do not, and for one input the limit at ±∞; devices agree with reference.',
  tolerance:
    '1e-12 between modes in float64, 1e-4 of differences, 1e-4 for float32, 1e-3 on shaders, where only finite numbers count; at ±∞ and NaN one nesting may give NaN, as 0 · ∞, where another gives a number',
  devices: 'all',
  async check(context: Context): Promise<Verdict> {
    let cases = 0;
    for (const entry of sliceOf(names, context)) {
      await checkSignal(context);
      const found = await boundaryFault(entry, context);
      cases += grid(entry).length;
      if (found === undefined) continue;
      const snippet = `${again('table-boundaries', context)}\n${rerunSnippet('table-boundaries', context)}`;
      return { outcome: 'fails', cases, counterexample: { numbers: entry, found, snippet, shrinks: 0 } };
    }
    return { outcome: 'holds', cases };
  },
};
