import { checkFunction, checkList } from '../../graph/checks.ts';
import { showAny } from '../../graph/shape.ts';
import { fanOut } from '../../multiloss/fanOut.ts';
import type { SignDropOptions } from '../../multiloss/signDrop.ts';
import { tensor } from '../../tensor/create.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { checkAmong, checkAnyNumber, checkContext, checkHolds, checkNumbers } from '../checks.ts';
import type { Context } from '../claim.ts';

/** One position of a layer: the gradients of its lanes, its draw, and the options. */
export interface Position {
  readonly g: readonly number[];
  readonly U: number;
  readonly k?: number;
  readonly keep?: NonNullable<SignDropOptions['keep']>;
  readonly leak?: readonly number[];
  /** The activation; 1 by default, so that no sign is inverted. */
  readonly A?: number;
  readonly zeroSign?: NonNullable<SignDropOptions['zeroSign']>;
}

/**
 * The number of lanes of a kernel call by default. A position with fewer lanes gets zeros, which do
 * not change the result.
 */
const mostLanes = 6;
/** The numbers of positions of a kernel call. There are few, so that few kernels are compiled. */
const widths = [16, 1024];

/** Groups the indices of positions by their options. */
const alike = (positions: readonly Position[]): Map<string, number[]> => {
  const groups = new Map<string, number[]>();
  const keeps: Position['keep'][] = [undefined];
  positions.forEach((x, i) => {
    if (!keeps.includes(x.keep)) keeps.push(x.keep);
    const settings = JSON.stringify([x.k, x.leak, x.zeroSign, keeps.indexOf(x.keep)]);
    const group = groups.get(settings);
    if (group) group.push(i);
    else groups.set(settings, [i]);
  });
  return groups;
};

/**
 * Computes the update at each position by the kernel of the current device. Positions with equal
 * options, however many, form one layer.
 */
export async function updates(context: Context, positions: readonly Position[], lanes = mostLanes): Promise<number[]> {
  const merged = positions.map(() => 0);
  for (const group of alike(positions).values())
    for (let at = 0; at < group.length;) {
      const width = widths.find((w) => w >= group.length - at) ?? widths.at(-1)!;
      const part = group.slice(at, at + width);
      const values = await layer(
        context,
        part.map((i) => positions[i]!),
        width,
        lanes,
      );
      part.forEach((i, j) => (merged[i] = values[j]!));
      at += width;
    }
  return merged;
}

async function layer(
  { subject }: Context,
  positions: readonly Position[],
  width: number,
  lanes: number,
): Promise<ArrayLike<number>> {
  const { k, keep, leak, zeroSign } = positions[0]!;
  const pad = (of: (x: Position) => number, other: number): number[] =>
    Array.from({ length: width }, (_, i) => (positions[i] ? of(positions[i]) : other));
  const h = tensor(pad((x) => x.A ?? 1, 1));
  const g = tensor(Array.from({ length: lanes }, (_, l) => pad((x) => x.g[l] ?? 0, 0)));
  const options: SignDropOptions = {
    draw: tensor(pad((x) => x.U, 0.5)),
    marginalize: 'none',
    ...(k !== undefined && { k }),
    ...(keep && { keep }),
    ...(zeroSign && { zeroSign }),
    ...(leak && { leak: Array.from({ length: lanes }, (_, l) => leak[l] ?? 0) }),
  };
  return vjp((x: Tensor) => fanOut(x, lanes, subject(options)), h)[1](g)[0].data();
}

/** The least and the greatest draw that a key can give. */
export const draws = { least: 2 ** -24, greatest: 1 - 2 ** -24 };
/**
 * The distance from f(P) from which a draw is decided. Purities are rounded, so a draw within 2⁻²⁰
 * of f(P) may fall on either side; this is four times that distance.
 */
export const clear = 2 ** -18;

/**
 * The distribution of an update: its two values and their probabilities. A value that no draw gives
 * is undefined.
 */
export interface Law {
  readonly f: number;
  readonly positive: number | undefined;
  readonly negative: number | undefined;
}

/**
 * Computes the distribution of the update at each position from the kernel: with a draw just below
 * f and one just above, where the masks must switch. Expectations over U are then finite sums,
 * without sampling.
 */
export async function lawsOf(
  context: Context,
  positions: readonly (Omit<Position, 'U'> & { readonly f: number })[],
): Promise<Law[]> {
  checkContext('lawsOf', context);
  for (const position of checkList('lawsOf', 'positions', positions)) checkPosition(position);
  const below = positions.map((x): Position => ({ ...x, U: Math.max(x.f - clear, draws.least) }));
  const above = positions.map((x): Position => ({ ...x, U: Math.min(x.f + clear, draws.greatest) }));
  const values = await updates(context, [...below, ...above]);
  return positions.map(({ f }, i) => ({
    f,
    positive: f > 0 ? values[i]! : undefined,
    negative: f < 1 ? values[positions.length + i]! : undefined,
  }));
}

function checkPosition(position: Parameters<typeof lawsOf>[1][number]): void {
  checkHolds('lawsOf', 'a position', 'g and f', position);
  const { g, f, k, keep, leak, A, zeroSign } = position;
  checkNumbers('lawsOf', 'g', g);
  if (g.length > mostLanes) throw new Error(`lawsOf: g must have at most ${mostLanes} lanes, got ${g.length}`);
  if (typeof f !== 'number' || !(f >= 0 && f <= 1))
    throw new Error(`lawsOf: f must be a number from 0 to 1, got ${showAny(f)}`);
  for (const [what, x] of Object.entries({ k, A })) if (x !== undefined) checkAnyNumber('lawsOf', what, x);
  if (keep !== undefined) checkFunction('lawsOf', keep);
  if (leak !== undefined) checkNumbers('lawsOf', 'leak', leak);
  if (zeroSign !== undefined) checkAmong('lawsOf', 'zeroSign', ['keep', 'drop', 'positive'], zeroSign);
}

/** The expectation E φ(X) over the two values of an update. */
export function expectation(law: Law, phi: (x: number) => number): number {
  checkHolds('expectation', 'a law', 'f, positive and negative', law);
  checkFunction('expectation', phi);
  const { f, positive, negative } = law;
  checkAnyNumber('expectation', 'f', f);
  for (const [what, x] of Object.entries({ positive, negative }))
    if (x !== undefined) checkAnyNumber('expectation', what, x);
  return (positive === undefined ? 0 : f * phi(positive)) + (negative === undefined ? 0 : (1 - f) * phi(negative));
}

/** Says whether X = 0 with probability 1. */
export const vanishes = (law: Law): boolean => expectation(law, (x) => (x === 0 ? 0 : 1)) === 0;

/** E‖X‖₂ over several positions with independent draws: a sum over all outcomes. */
export function expectedNorm(laws: readonly Law[]): number {
  let outcomes: [probability: number, squares: number][] = [[1, 0]];
  for (const law of laws)
    outcomes = outcomes.flatMap(([c, s]): [number, number][] => {
      const both: [number, number | undefined][] = [
        [law.f, law.positive],
        [1 - law.f, law.negative],
      ];
      return both.flatMap(([chance, x]): [number, number][] => (x === undefined ? [] : [[c * chance, s + x * x]]));
    });
  return outcomes.reduce((sum, [c, s]) => sum + c * Math.sqrt(s), 0);
}
