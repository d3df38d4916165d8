import type { Matrix } from './gramian.ts';
import { dot, form, sumOf, times } from './linear.ts';
import { solvePositive } from './cholesky.ts';

/**
 * Returns the x > 0 with (Gx)_i = x_i^{−s}, for s > 0: the minimiser of ½ xᵀGx − Σ ∫ x_i^{−s}. It
 * is found by a damped Newton method whose steps stay positive. Must not be called if Gx = 0 for
 * some x ≥ 0, x ≠ 0, because then no minimum exists.
 */
export function balance(G: Matrix, s: number): number[] {
  const primitive = (x: number): number => (s === 1 ? Math.log(x) : (x ** (1 - s) - 1) / (1 - s));
  const value = (x: readonly number[]): number => form(G, x) / 2 - sumOf(x.map(primitive));
  let x = G.map((row, i) => row[i]! ** (-1 / (1 + s)));
  let last = Infinity;
  for (let step = 0; step < 200; step++) {
    const slope = times(G, x).map((y, i) => y - x[i]! ** -s);
    const H = G.map((row, i) => row.map((y, j) => (i === j ? y + s * x[i]! ** (-s - 1) : y)));
    const move = solvePositive(H, slope);
    if (!move) return x;
    const decrease = dot(slope, move);
    // A full step gains half the Newton decrement. Stop when that gain is below rounding.
    if (!(decrease > 1e-28 * x.length)) return x;
    // Near the minimum each step squares the decrement. If it no longer falls, it is the rounding
    // error of gradients that nearly oppose each other.
    if (decrease < 1e-4 && decrease >= last) return x;
    last = decrease;
    const inside = 0.99 / Math.max(0.99, ...move.map((d, i) => d / x[i]!));
    const before = value(x);
    let length = inside;
    const at = (): number[] => x.map((v, i) => v - length * move[i]!);
    while (length > 1e-12 && value(at()) > before - 0.1 * length * decrease + 1e-14 * Math.abs(before)) length /= 2;
    x = at();
  }
  return x;
}
