import type { Matrix } from './gramian.ts';

/** The eigenvalues of a symmetric matrix, in no order, and an orthonormal eigenvector for each. */
interface Eigen {
  readonly values: readonly number[];
  /** vectors[i][k] is component i of the k-th eigenvector. */
  readonly vectors: Matrix;
}

/** Rotates the vectors x and y in place: x ← c x − s y and y ← s x + c y. */
function turn(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i++) {
    const [xi, yi] = [x[i]!, y[i]!];
    x[i] = c * xi - s * yi;
    y[i] = s * xi + c * yi;
  }
}

/**
 * Returns the eigenvalues and eigenvectors of a symmetric matrix. It uses Jacobi rotations with the
 * stopping criterion of Demmel and Veselić (1992).
 */
export function eigen(matrix: Matrix): Eigen {
  const A = matrix.map((row) => Float64Array.from(row));
  const floor = 2 ** -105 * Math.max(...A.map((row, i) => Math.abs(row[i]!)), 0);
  // Row k of V is the k-th eigenvector, so that rotations access contiguous rows.
  const V = matrix.map((_, i) => Float64Array.from(matrix, (_, j) => (i === j ? 1 : 0)));
  let turned = true;
  for (let sweep = 0; turned && sweep < 60; sweep++) {
    turned = false;
    A.forEach((a, p) => {
      for (let q = p + 1; q < A.length; q++) {
        const b = A[q]!;
        // An entry is compared with its own diagonal entries, not with the largest. Small
        // eigenvalues thus come out with the same relative accuracy as large ones.
        if (Math.abs(a[q]!) <= 2 ** -53 * Math.sqrt(Math.abs(a[p]! * b[q]!)) + floor) continue;
        turned = true;
        const theta = (b[q]! - a[p]!) / (2 * a[q]!);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const [ap, bq] = [a[p]! - t * a[q]!, b[q]! + t * a[q]!];
        turn(a, b, c, t * c);
        turn(V[p]!, V[q]!, c, t * c);
        // A stays symmetric, so its columns are copied from its rows.
        for (let k = 0; k < A.length; k++) [A[k]![p], A[k]![q]] = [a[k]!, b[k]!];
        [a[p], b[q], a[q], b[p]] = [ap, bq, 0, 0];
      }
    });
  }
  return { values: A.map((row, i) => row[i]!), vectors: matrix.map((_, i) => V.map((v) => v[i]!)) };
}

/**
 * Returns only the eigenvalues above n · eps times the largest, with their eigenvectors. Smaller
 * ones are rounding errors.
 */
export function positivePart({ values, vectors }: Eigen, eps: number): Eigen {
  const least = Math.max(...values, 0) * values.length * eps;
  const kept = values.map((_, k) => k).filter((k) => values[k]! > least);
  return { values: kept.map((k) => values[k]!), vectors: vectors.map((row) => kept.map((k) => row[k]!)) };
}

/**
 * Returns f(A) x = Σ_k f(λ_k) v_k ⟨v_k, x⟩ for the eigenvalues λ_k and the eigenvectors v_k of A.
 */
export const applyFunction = (
  { values, vectors }: Eigen,
  f: (value: number) => number,
  x: readonly number[],
): number[] => {
  const inner = values.map((_, k) => vectors.reduce((s, row, i) => s + row[k]! * x[i]!, 0));
  return vectors.map((row) => values.reduce((s, value, k) => s + row[k]! * f(value) * inner[k]!, 0));
};

/** Returns G⁺x, with the pseudo-inverse of a Gramian G of relative rounding error `eps`. */
export const pseudoInverse = (G: Matrix, x: readonly number[], eps: number): number[] =>
  applyFunction(positivePart(eigen(G), eps), (value) => 1 / value, x);
