import { inner, norm, type Rows } from '../suites/matrices.ts';

/** A x = b by Gauss's elimination with pivots; null if A is singular to rounding. */
function solve(A: Rows, b: readonly number[]): number[] | null {
  const M = A.map((row, i) => [...row, b[i]!]);
  for (let i = 0; i < M.length; i++) {
    const best = M.slice(i).reduce((at, row, k) => (Math.abs(row[i]!) > Math.abs(M[at]![i]!) ? i + k : at), i);
    [M[i], M[best]] = [M[best]!, M[i]!];
    if (Math.abs(M[i]![i]!) < 1e-12) return null;
    for (let r = 0; r < M.length; r++) {
      if (r === i) continue;
      const f = M[r]![i]! / M[i]![i]!;
      M[r] = M[r]!.map((x, k) => x - f * M[i]![k]!);
    }
  }
  return M.map((row, i) => row.at(-1)! / row[i]!);
}

const subsets = (m: number): number[][] =>
  Array.from({ length: 2 ** m }, (_, bits) => Array.from({ length: m }, (_, i) => i).filter((i) => (bits >> i) & 1));

const unit = (row: readonly number[]): number[] => row.map((x) => x / norm(row));

/** u + Σ l_i U_i over a set of rows. */
const moved = (u: readonly number[], U: Rows, set: readonly number[], l: readonly number[]): number[] =>
  u.map((x, k) => x + set.reduce((s, i, at) => s + l[at]! * U[i]![k]!, 0));

/**
 * The nearest point to u with ⟨U_i, x⟩ ≥ least_i for unit rows: of all sets of conditions that may
 * hold with equality, the one whose solution satisfies the others and pushes nowhere backwards.
 */
function nearest(U: Rows, u: readonly number[], least: readonly number[]): number[] {
  const size = norm(u) + Math.max(...least.map(Math.abs));
  for (const set of subsets(U.length)) {
    const l = solve(
      set.map((i) => set.map((j) => inner(U[i]!, U[j]!))),
      set.map((i) => least[i]! - inner(U[i]!, u)),
    );
    if (!l || l.some((x) => x < -1e-10 * size)) continue;
    const x = moved(u, U, set, l);
    if (U.every((row, i) => inner(row, x) >= least[i]! - 1e-10 * size)) return x;
  }
  throw new Error('nearest: there is such a point, got none');
}

/** Jᵀu projected on the directions that conflict with no row. */
export const projected = (J: Rows, u: readonly number[]): number[] =>
  nearest(
    J.map(unit),
    J[0]!.map((_, k) => J.reduce((s, row, i) => s + u[i]! * row[k]!, 0)),
    J.map(() => 0),
  );

/** The point of least norm in the hull: x/‖x‖² is the shortest with ⟨g_i, x⟩ ≥ 1. */
export function shortestInHull(J: Rows): number[] {
  const scale = Math.min(...J.map(norm));
  const x = nearest(J.map(unit), J[0]!.map(() => 0), J.map((row) => scale / norm(row))); // prettier-ignore
  return x.map((v) => (v * scale) / inner(x, x));
}

/**
 * Within r of the mean, the direction whose worst inner product is best: bisection of what it can
 * be.
 */
export function conflictAverse(J: Rows, c: number): number[] {
  const mean = J[0]!.map((_, k) => J.reduce((s, row) => s + row[k]!, 0) / J.length);
  const at = (worst: number): number[] => nearest(J.map(unit), mean, J.map((row) => worst / norm(row))); // prettier-ignore
  const away = (x: readonly number[]): number => norm(x.map((v, k) => v - mean[k]!));
  const radius = c * norm(mean);
  let [low, high] = [
    Math.min(...J.map((row) => inner(row, mean))),
    Math.min(...J.map((row) => inner(row, mean) + radius * norm(row))),
  ];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (away(at(middle)) < radius) low = middle;
    else high = middle;
  }
  return at(low);
}
