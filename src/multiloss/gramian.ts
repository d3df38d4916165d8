import { hostCall } from '../graph/build.ts';
import type { HostArray, HostFunction } from '../graph/node.ts';
import { concat } from '../tensor/ops/movement.ts';
import { ones } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { innerProducts } from './innerProducts.ts';

/** A symmetric matrix as rows, in float64. */
export type Matrix = readonly (readonly number[])[];

/** The lanes [m, …] of one tensor, or of the several that a gradient consists of. */
export type Parts = readonly Tensor[];

/**
 * Weights of the lanes from their inner products G_ij = ⟨g_i, g_j⟩. `eps` is the rounding of the
 * numbers that G came from, by which ranks are decided; `rest` are further inputs, such as draws
 * and settings.
 */
export type Solver = (G: Matrix, eps: number, ...rest: HostArray[]) => readonly number[];

/** Lanes with so few numbers are multiplied on the host, in float64, whatever the device. */
const few = 4096;

const isSingle = (x: HostArray): boolean => x instanceof Float32Array;
const allFinite = (G: Matrix): boolean => G.every((row) => row.every(Number.isFinite));

/** G of rows of n numbers. */
function ofRows(rows: HostArray, m: number): Matrix {
  const n = rows.length / m;
  const lanes = Array.from({ length: m }, (_, i) => rows.subarray(i * n, (i + 1) * n));
  const G = lanes.map((): number[] => []);
  lanes.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const b = lanes[j]!;
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[k]! * b[k]!;
      G[i]![j] = G[j]![i] = sum;
    }
  });
  return G;
}

/**
 * G from inner products of blocks of scaled lanes and the scales of each block's: float64 holds
 * what float32 could not.
 */
function ofBlocks(inner: HostArray, scales: HostArray): Matrix {
  const m = inner.length / scales.length;
  const G = Array.from({ length: m }, () => Array.from({ length: m }, () => 0));
  for (let b = 0; b < scales.length; b += m)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) {
        const x = (inner[(b + i) * m + j]! + inner[(b + j) * m + i]!) / 2;
        G[i]![j]! += x * scales[b + i]! * scales[b + j]!;
      }
  return G;
}

/**
 * Weights, or `size(m)` other numbers, from the lanes: `solve` runs on the host in float64, inside
 * the graph. It should be made once, since its identity is a part of the plan; what varies comes in
 * `rest`. Of few numbers the host makes the Gramian itself: that is exact but for the rounding of
 * the lanes, taken to be 64 units of float32, and their sums. Else the device multiplies, and its
 * rounding shows at once.
 */
export function gramianResult(
  name: string,
  solve: Solver,
  size: (m: number) => number,
): (parts: Parts, ...rest: Tensor[]) => Tensor {
  const solved = (G: Matrix, m: number, eps: number, rest: HostArray[]): readonly number[] | Float64Array =>
    allFinite(G) ? solve(G, eps, ...rest) : new Float64Array(size(m)).fill(NaN);
  const byRows: HostFunction = ([rows, one, ...rest]) => {
    const m = one!.length;
    const eps = isSingle(rows!) ? 2 ** -36 : 2 ** -51 * Math.sqrt(Math.max(1, rows!.length / m));
    return solved(ofRows(rows!, m), m, eps, rest);
  };
  const byBlocks: HostFunction = ([inner, scales, ...rest]) =>
    solved(ofBlocks(inner!, scales!), inner!.length / scales!.length, isSingle(inner!) ? 2 ** -21 : 2 ** -50, rest);
  return (parts, ...rest) => {
    const m = parts[0]!.shape[0]!;
    const rows = parts.map((g) => g.reshape([m, g.size / m]));
    const small = rows.reduce((sum, x) => sum + x.size, 0) <= few;
    const inputs = small ? [concat(rows, { axis: 1 }), ones([m])] : innerProducts(rows);
    const nodes = [...inputs, ...rest].map((t) => t.node);
    return new Tensor(hostCall(name, nodes, [size(m)], small ? byRows : byBlocks));
  };
}

/** One weight for each lane. */
export const gramianWeights = (name: string, solve: Solver): ((parts: Parts, ...rest: Tensor[]) => Tensor) =>
  gramianResult(name, solve, (m) => m);
