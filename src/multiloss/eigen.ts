import type { Matrix } from './gramian.ts';

export interface Eigen {
  readonly values: readonly number[];
  /** vectors[i][k]: component i of the k-th eigenvector. */
  readonly vectors: Matrix;
}

/** Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: accurate, and quick for a small one. */
export function eigen(matrix: Matrix): Eigen {
  const n = matrix.length;
  const A = matrix.map((row) => [...row]);
  const V = matrix.map((_, i) => matrix.map((_, j) => (i === j ? 1 : 0) as number));
  const off = (): number => A.flat().reduce((s, x, at) => s + (Math.floor(at / n) === at % n ? 0 : x * x), 0);
  const size = A.flat().reduce((s, x) => s + x * x, 0);
  for (let sweep = 0; sweep < 60 && off() > 1e-32 * size; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (A[p]![q] === 0) continue;
        const theta = (A[q]![q]! - A[p]![p]!) / (2 * A[p]![q]!);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        const turn = (rows: number[][]): void =>
          rows.forEach((row) => ([row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!]));
        turn(A);
        [A[p], A[q]] = [A[p]!.map((x, k) => c * x - s * A[q]![k]!), A[p]!.map((x, k) => s * x + c * A[q]![k]!)];
        turn(V);
      }
  return { values: A.map((row, i) => row[i]!), vectors: V };
}

/** The eigenvalues that are not rounding: above n·eps of the largest. */
export function positivePart({ values, vectors }: Eigen, eps: number): Eigen {
  const least = Math.max(...values, 0) * values.length * eps;
  const kept = values.map((_, k) => k).filter((k) => values[k]! > least);
  return { values: kept.map((k) => values[k]!), vectors: vectors.map((row) => kept.map((k) => row[k]!)) };
}

/** Σ_k f(λ_k) v_k ⟨v_k, x⟩: a function of a symmetric matrix, times x. */
export const applyFunction = (
  { values, vectors }: Eigen,
  f: (value: number) => number,
  x: readonly number[],
): number[] => {
  const inner = values.map((_, k) => vectors.reduce((s, row, i) => s + row[k]! * x[i]!, 0));
  return vectors.map((row) => values.reduce((s, value, k) => s + row[k]! * f(value) * inner[k]!, 0));
};

/** The pseudo-inverse of a Gramian times x. */
export const pseudoInverse = (G: Matrix, x: readonly number[], eps: number): number[] =>
  applyFunction(positivePart(eigen(G), eps), (value) => 1 / value, x);
