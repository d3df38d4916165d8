import fc from 'fast-check';

export type Rows = readonly (readonly number[])[];

export const inner = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, i) => s + x * b[i]!, 0);
export const norm = (a: readonly number[]): number => Math.hypot(...a);

/**
 * Normal numbers from a seed: a linear congruential generator and the formula of Box and Muller.
 */
export function normals(seed: number): () => number {
  let state = (seed >>> 0) ^ 0x9e3779b9;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) uniform();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const table = (m: number, n: number, f: () => number): number[][] =>
  Array.from({ length: m }, () => Array.from({ length: n }, f));

const product = (A: Rows, B: Rows): number[][] =>
  A.map((row) => B[0]!.map((_, k) => row.reduce((s, x, i) => s + x * B[i]![k]!, 0)));

/** [losses, parameters, rank]: one gradient, more losses than parameters, fewer, dependent ones. */
const shapes = [
  [1, 1, 1],
  [2, 3, 2],
  [4, 3, 1],
  [4, 3, 3],
  [5, 9, 5],
  [9, 11, 5],
  [9, 11, 9],
] as const;

type Kind = 'normal' | 'not stationary' | 'weakly stationary';

/** Projects rows off a unit vector. */
const off = (row: readonly number[], u: readonly number[]): number[] => row.map((x, k) => x - inner(row, u) * u[k]!);

function drawn(kind: Kind, [m, n, rank]: readonly [number, number, number], seed: number): number[][] {
  const next = normals(seed);
  if (kind === 'normal') return product(table(m, rank, next), table(rank, n, next)).map((r) => r.map((x) => x / rank));
  const [direction] = table(1, n, next) as [number[]];
  const u = direction.map((x) => x / norm(direction));
  const along = (row: readonly number[]): number[] => {
    const share = 0.5 + Math.abs(next());
    return off(row, u).map((x, k) => x + share * u[k]!);
  };
  const rows = table(m, n, next);
  if (kind === 'not stationary') return rows.map(along);
  // Some gradients at right angles to u have a sum of 0, and the others go along u: only weights of
  // 0 rid one of these.
  const some = Math.max(1, Math.floor(m / 2));
  const balanced = rows.slice(0, some).map((row) => off(row, u));
  const last = balanced[0]!.map((_, k) => -balanced.slice(0, -1).reduce((s, row) => s + row[k]!, 0));
  return [...balanced.slice(0, -1), last, ...rows.slice(some).map(along)];
}

/**
 * Matrices of a kind: 'normal' of any rank; 'not stationary' have a direction with positive inner
 * products with all rows; 'weakly stationary' have weights ≥ 0, but none > 0, that make their sum
 * vanish. Rows are scaled by powers of ten up to 10^spread.
 */
export const matricesOf = (kind: Kind, spread = 0): fc.Arbitrary<number[][]> =>
  fc.tuple(fc.constantFrom(...shapes.slice(kind === 'normal' ? 0 : 1)), fc.integer()).map(([shape, seed]) => {
    const next = normals(seed + 1);
    return drawn(kind, shape, seed).map((row) => {
      const scale = 10 ** Math.max(-spread, Math.min(spread, (next() * spread) / 2));
      return row.map((x) => x * scale);
    });
  });
