import type { Scalar } from '../../kernels/elementwise.ts';
import type { Expr } from '../../src/graph/scalar.ts';

/**
 * What a strict float32 machine computes for an expression: every operation is rounded. `own` are
 * functions that it has its own way.
 */
export function strictFloat32(
  e: Expr,
  xs: readonly number[],
  own: Readonly<Record<string, Scalar>> = {},
  known = new Map<Expr, number>(),
): number {
  if (e.kind === 'number') return Math.fround(e.value);
  if (e.kind === 'param') return xs[e.index]!;
  let value = known.get(e);
  if (value === undefined) {
    const args = e.args.map((a) => strictFloat32(a, xs, own, known));
    const f = own[e.name] ?? (Math as unknown as Record<string, Scalar>)[e.name] ?? (operators[e.name] as Scalar);
    known.set(e, (value = Math.fround(f(...args))));
  }
  return value;
}

const operators: Record<string, Scalar> = {
  neg: (a) => -a!,
  not: (a) => (a === 0 ? 1 : 0),
  add: (a, b) => a! + b!,
  sub: (a, b) => a! - b!,
  mul: (a, b) => a! * b!,
  div: (a, b) => a! / b!,
  mod: (a, b) => a! % b!,
  equal: (a, b) => (a === b ? 1 : 0),
  notEqual: (a, b) => (a === b ? 0 : 1),
  less: (a, b) => (a! < b! ? 1 : 0),
  lessEqual: (a, b) => (a! <= b! ? 1 : 0),
  greater: (a, b) => (a! > b! ? 1 : 0),
  greaterEqual: (a, b) => (a! >= b! ? 1 : 0),
  and: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
  or: (a, b) => (a !== 0 || b !== 0 ? 1 : 0),
  where: (c, a, b) => (c !== 0 ? a! : b!),
  timesTwoTo: (p, n) => p! * 2 ** n!,
  exponentOf: (x) => Math.floor(Math.log2(x!)),
};

const smallest = 2 ** -126;

/** The distance of a float32 from a real number, in units of the last place there. */
export function ulps(got: number, want: number): number {
  if (Object.is(got, want) || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  if (Math.fround(want) === got) return 0;
  if (Math.abs(want) < smallest) return Math.abs(got) < smallest ? 0 : Infinity;
  const exponent = Math.floor(Math.log2(Math.abs(want)));
  return Math.abs(got - want) / 2 ** (exponent - 23);
}

/**
 * Numbers spread over all magnitudes and over the middle of an interval, with the neighbours of
 * what is `near`.
 */
export function samples([low, high]: readonly [number, number], near: readonly number[] = []): number[] {
  const list: number[] = [];
  for (let i = 0; i <= 2000; i++) {
    const size = 2 ** (-125 + (i / 2000) * 252.9);
    const share = (i + 0.3) / 2000.6;
    list.push(size, -size, (share - 0.5) * 8, (share - 0.5) * 200, low + size, high - size);
  }
  for (const x of near) for (let k = -3; k <= 3; k++) list.push(x * (1 + k * 2 ** -23), -x * (1 + k * 2 ** -23));
  return [...new Set(list.map(Math.fround))].filter((x) => x >= low && x <= high && Math.abs(x) >= smallest);
}
