import { hostCall } from '../graph/build.ts';
import type { HostArray, HostFunction } from '../graph/node.ts';
import { concat } from '../tensor/ops/movement.ts';
import { ones } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { innerProducts } from './innerProducts.ts';

/** A matrix as a list of rows, computed in float64. */
export type Matrix = readonly (readonly number[])[];

/** The lanes of a gradient: one tensor [lanes, …] for each tensor of the gradient. */
export type Parts = readonly Tensor[];

/**
 * Returns one weight for each lane, or other numbers, from the Gramian G_ij = ⟨g_i, g_j⟩. `eps` is
 * the relative rounding error of G, from which it follows whether gradients count as dependent.
 * `rest` holds further inputs, such as draws and settings.
 */
export type Solver = (G: Matrix, eps: number, ...rest: HostArray[]) => readonly number[];

/**
 * Up to this many elements in total, the Gramian is computed on the host, in float64, whatever the
 * device.
 */
const few = 4096;

/** True for float32. */
const isSingle = (x: HostArray): boolean => x instanceof Float32Array;
/** True if no entry is infinite or NaN. */
const allFinite = (G: Matrix): boolean => G.every((row) => row.every(Number.isFinite));

/** Returns the Gramian of m rows, which follow each other in `rows`. */
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
 * Returns the Gramian from the results of `innerProducts`: the inner products of blocks of scaled
 * lanes, and the scales. It is added up in float64, where no product overflows.
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
 * Returns a function from lanes, and further tensors `rest`, to a tensor of `size(m)` numbers for m
 * lanes. `solve` computes these from the Gramian, in float64, on the host, as a node of the graph
 * that is named `name`. Call this once for each method, because plans are found by the identity of
 * the function; pass what varies in `rest`. For few elements the host computes the Gramian, with no
 * error but that of float64. The lanes themselves are taken to have a relative error of 64 units of
 * float32, so `eps` is (64 · 2⁻²⁴)². For many elements the device computes it, with its own
 * rounding error. If the Gramian is not finite, all results are NaN.
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

/** Returns a function from lanes to one weight for each lane; see `gramianResult`. */
export const gramianWeights = (name: string, solve: Solver): ((parts: Parts, ...rest: Tensor[]) => Tensor) =>
  gramianResult(name, solve, (m) => m);
