import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { jvp } from '../../tensor/transforms/jvp.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import * as b from './big.ts';
import { inputs, type Jet, type Sum } from './jet.ts';

/** A function to measure: computed by the library and in high precision, at chosen points. */
export interface Measured {
  readonly name: string;
  readonly f: (...xs: Tensor[]) => Tensor;
  readonly exact: (...xs: Jet[]) => Jet;
  /** Returns about `count` points. */
  readonly points: (count: number, format: Format) => readonly (readonly number[])[];
  /** The error bound of its value; by default the usual one. */
  readonly value?: number;
  /**
   * True if terms of different signs are added. A result near 0 is then measured relative to the
   * largest term.
   */
  readonly terms?: boolean;
}

/** A float format in which a device computes. */
export interface Format {
  readonly name: 'float32' | 'float64';
  readonly bits: number;
  readonly lowest: number;
  readonly largest: number;
  readonly round: (x: number) => number;
}

export const float32: Format = {
  name: 'float32',
  bits: 24,
  lowest: -126,
  largest: 3.4028234663852886e38,
  round: Math.fround,
};
export const float64: Format = { name: 'float64', bits: 53, lowest: -1022, largest: Number.MAX_VALUE, round: (x) => x };

/**
 * The largest error of one order of derivative, in units of the last place, and the point where it
 * occurs.
 */
export interface Worst {
  readonly error: number;
  readonly where: string;
}

/** The allowed errors of a value, a first and a second derivative, in units of the last place. */
export const bounds = [4, 16, 16] as const;

/** The error of a result, in units of the last place of the exact value, or of its largest term. */
export function error(got: number, want: Sum, terms: boolean, { bits, lowest, largest }: Format): number {
  const exact = b.toNumber(want.x);
  // A value beyond the format may become infinite, and one that the format flushes may become 0.
  if (Math.abs(exact) >= largest * (1 - 2 ** (2 - bits)))
    return got === Math.sign(exact) * Infinity || Math.abs(got) > largest / 2 ? 0 : Infinity;
  if (!Number.isFinite(got)) return Infinity;
  const by = terms ? want.size : want.x;
  if (by.m === 0n) return got === 0 ? 0 : Infinity;
  const e = Math.max(lowest, b.exponentOf(by));
  const apart = b.toNumber(b.timesTwoTo(b.abs(b.sub(b.big(got), want.x)), bits - 1 - e));
  return b.exponentOf(by) < lowest && Math.abs(got) < 2 ** (lowest + 1) ? 0 : apart;
}

type F = Measured['f'];

const ones = ({ shape }: Tensor): Tensor => tensor(1).broadcastTo(shape);

/** The derivative by input i, by each mode. */
const modes: readonly ((f: F, i: number) => F)[] = [
  (f, i) =>
    (...xs) =>
      vjp(f, ...xs)[1](ones(xs[0]!))[i]!,
  (f, i) =>
    (...xs) =>
      jvp((x: Tensor) => f(...xs.with(i, x)), [xs[i]!], [ones(xs[i]!)])[1],
];

/**
 * Computes value, first and second derivatives at all points, each derivative once by each mode or
 * nesting of modes. Those of one order are in the order of a jet.
 */
async function computed({ f }: Measured, points: readonly (readonly number[])[]): Promise<ArrayLike<number>[][][]> {
  const xs = points[0]!.map((_, i) => tensor(points.map((p) => p[i]!)));
  const first = modes.map((d) => xs.map((_, i) => d(f, i)));
  const second = modes.flatMap((d) => first.map((fs) => fs.flatMap((g) => xs.map((_, j) => d(g, j)))));
  const read = async (fs: readonly F[]): Promise<ArrayLike<number>[]> =>
    Promise.all(fs.map(async (g) => g(...xs).data()));
  return Promise.all([[[f]], first, second].map(async (ways) => Promise.all(ways.map(read))));
}

/**
 * The largest errors of value, first and second derivatives on the current device, in reverse mode,
 * in forward mode and in every nesting of the two.
 */
export async function measure(what: Measured, format: Format, count: number): Promise<[Worst, Worst, Worst]> {
  const points = what.points(count, format).map((p) => p.map(format.round));
  const got = await computed(what, points);
  const worst: Worst[] = [0, 1, 2].map(() => ({ error: 0, where: '' }));
  points.forEach((p, n) => {
    const { v, d, h } = what.exact(...inputs(p));
    [[v], d, h.flat()].forEach((want, order) =>
      want.forEach((w, i) => {
        for (const way of got[order]!) {
          const e = error(way[i]![n]!, w, what.terms ?? false, format);
          if (!(e <= worst[order]!.error))
            worst[order] = { error: e, where: `(${p.join(', ')}): ${way[i]![n]} for ${b.toNumber(w.x)}` };
        }
      }),
    );
  });
  return worst as [Worst, Worst, Worst];
}
