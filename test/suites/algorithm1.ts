/**
 * Algorithm 1 of Chen et al. (2020) in plain loops over doubles, with the draws given: the oracle
 * of the tests.
 */
export interface Problem {
  readonly lanes: number;
  readonly shape: readonly number[];
  /** lanes × positions, row-major. */
  readonly g: readonly number[];
  readonly h: readonly number[];
  /** The axes that signs are summed over. */
  readonly axes: readonly number[];
  readonly U: readonly number[];
  readonly f: (P: number) => number;
  readonly leak: readonly number[];
  readonly inputSign: boolean;
  readonly zeroSign: 'keep' | 'drop' | 'positive';
  readonly preserveNorm: boolean;
}

export interface Solution {
  readonly merged: number[];
  readonly purity: number[];
  /** The least |f(P) − U|: how near a tie the masks are. */
  readonly gap: number;
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** For each position of a shape its place where the axes have size 1. */
export function placesOf(shape: readonly number[], axes: readonly number[]): number[] {
  return Array.from({ length: size(shape) }, (_, at) => {
    const index: number[] = [];
    for (let d = shape.length - 1, rest = at; d >= 0; d--) {
      index.unshift(rest % shape[d]!);
      rest = Math.floor(rest / shape[d]!);
    }
    return shape.reduce((place, d, i) => (axes.includes(i) ? place : place * d + index[i]!), 0);
  });
}

export const purityShape = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.map((d, i) => (axes.includes(i) ? 1 : d));

export function algorithm1(problem: Problem): Solution {
  const { lanes, shape, g, h, axes, U, f, leak, inputSign, zeroSign, preserveNorm } = problem;
  const n = size(shape);
  const place = placesOf(shape, axes);
  const m = size(purityShape(shape, axes));
  const sign = (a: number): number => (!inputSign ? 1 : zeroSign === 'positive' && a === 0 ? 1 : Math.sign(a));

  const G = Array.from({ length: lanes }, () => Array.from({ length: m }, () => 0));
  for (let i = 0; i < lanes; i++) for (let at = 0; at < n; at++) G[i]![place[at]!]! += sign(h[at]!) * g[i * n + at]!;

  const purity: number[] = [];
  for (let w = 0; w < m; w++) {
    let sum = 0;
    let absolute = 0;
    for (let i = 0; i < lanes; i++) {
      sum += G[i]![w]!;
      absolute += Math.abs(G[i]![w]!);
    }
    purity.push(absolute === 0 ? 0.5 : 0.5 * (1 + sum / absolute));
  }

  const merged: number[] = [];
  for (let at = 0; at < n; at++) {
    const w = place[at]!;
    let total = 0;
    for (let i = 0; i < lanes; i++) {
      const Gi = G[i]![w]!;
      let M = 0;
      if (f(purity[w]!) > U[w]! && Gi > 0) M = 1;
      if (f(purity[w]!) <= U[w]! && Gi < 0) M = 1;
      if (Gi === 0 && inputSign && zeroSign === 'keep' && h[at] === 0) M = 1;
      total += (leak[i]! + (1 - leak[i]!) * M) * g[i * n + at]!;
    }
    merged.push(total);
  }

  if (preserveNorm) {
    let before = 0;
    let after = 0;
    for (let at = 0; at < n; at++) {
      let plain = 0;
      for (let i = 0; i < lanes; i++) plain += g[i * n + at]!;
      before += plain * plain;
      after += merged[at]! * merged[at]!;
    }
    const factor = after === 0 ? 0 : Math.sqrt(before) / Math.sqrt(after);
    for (let at = 0; at < n; at++) merged[at]! *= factor;
  }
  return { merged, purity, gap: Math.min(1, ...purity.map((P, w) => Math.abs(f(P) - U[w]!))) };
}
