import * as b from './big.ts';
import type { Big } from './big.ts';

/**
 * A number, and the size of the largest term or result of the sums that it came from. Where terms
 * cancel, rounding errors are measured relative to that size.
 */
export interface Sum {
  readonly x: Big;
  readonly size: Big;
}

/**
 * A second-order jet: the value of a function of n inputs with its first and second derivatives.
 */
export interface Jet {
  readonly v: Sum;
  readonly d: readonly Sum[];
  readonly h: readonly (readonly Sum[])[];
}

const plain = (x: Big): Sum => ({ x, size: b.abs(x) });
const none = plain(b.zero);
const plus = (p: Sum, q: Sum): Sum => {
  const x = b.add(p.x, q.x);
  return { x, size: b.larger(b.abs(x), b.larger(p.size, q.size)) };
};
const times = (p: Sum, q: Sum): Sum => ({ x: b.mul(p.x, q.x), size: b.mul(p.size, q.size) });

export const constant = (x: Big | number, n: number): Jet => ({
  v: plain(typeof x === 'number' ? b.big(x) : x),
  d: Array.from({ length: n }, () => none),
  h: Array.from({ length: n }, () => Array.from({ length: n }, () => none)),
});

/** The jets of the inputs at a point: value x_i, gradient e_i, second derivatives 0. */
export const inputs = (at: readonly number[]): Jet[] =>
  at.map((x, i) => ({
    ...constant(x, at.length),
    d: at.map((_, j) => plain(b.big(i === j ? 1 : 0))),
  }));

export const add = (p: Jet, q: Jet): Jet => ({
  v: plus(p.v, q.v),
  d: p.d.map((x, i) => plus(x, q.d[i]!)),
  h: p.h.map((row, i) => row.map((x, j) => plus(x, q.h[i]![j]!))),
});

export const mul = (p: Jet, q: Jet): Jet => ({
  v: times(p.v, q.v),
  d: p.d.map((x, i) => plus(times(x, q.v), times(p.v, q.d[i]!))),
  h: p.h.map((row, i) =>
    row.map((x, j) =>
      plus(plus(times(x, q.v), times(p.v, q.h[i]![j]!)), plus(times(p.d[i]!, q.d[j]!), times(p.d[j]!, q.d[i]!))),
    ),
  ),
});

/** The chain rule: the jet of f(p), from the derivatives of f at p's value. */
export function chain(p: Jet, [f, f1, f2, size]: readonly [Big, Big, Big, Big?]): Jet {
  const [first, second] = [plain(f1), { x: f2, size: size ?? b.abs(f2) }];
  return {
    v: plain(f),
    d: p.d.map((x) => times(first, x)),
    h: p.h.map((row, i) => row.map((x, j) => plus(times(second, times(p.d[i]!, p.d[j]!)), times(first, x)))),
  };
}

export const scale = (p: Jet, c: number): Jet => mul(p, constant(c, p.d.length));
export const sub = (p: Jet, q: Jet): Jet => add(p, scale(q, -1));
