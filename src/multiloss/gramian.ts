import { hostCall } from '../graph/build.ts';
import type { HostArray, HostFunction } from '../graph/node.ts';
import { Tensor } from '../tensor/tensor.ts';
import { combine } from './combine.ts';
import { magnitude } from './rescale.ts';

/** A symmetric matrix as rows, in float64. */
export type Matrix = readonly (readonly number[])[];

/**
 * Weights of the lanes from their inner products G_ij = ⟨g_i, g_j⟩. `eps` is the rounding of the numbers that G came from, by which
 * ranks are decided; `rest` are further inputs, such as draws and settings.
 */
export type Solver = (G: Matrix, eps: number, ...rest: HostArray[]) => readonly number[];

/** G from the inner products of lanes that were each divided by a scale of its own: float64 holds what float32 could not. */
function unscaled(inner: HostArray, scales: HostArray): number[][] {
  const m = scales.length;
  return Array.from({ length: m }, (_, i) =>
    Array.from(
      { length: m },
      (_, j) => ((inner[i * m + j]! + inner[j * m + i]!) / 2) * scales[i]! * scales[j]!,
    ),
  );
}

/**
 * The weights of lanes g as a tensor: `solve` runs on the host in float64, inside the graph. `solve` should be made once, since
 * its identity is a part of the plan; what varies comes in `rest`.
 */
export function gramianWeights(name: string, solve: Solver): (g: Tensor, ...rest: Tensor[]) => Tensor {
  const call: HostFunction = ([inner, scales, ...rest]) => {
    const G = unscaled(inner!, scales!);
    if (!G.flat().every(Number.isFinite)) return G.map(() => NaN);
    return solve(G, inner instanceof Float32Array ? 2 ** -23 : 2 ** -52, ...rest);
  };
  return (g, ...rest) => {
    const m = g.shape[0]!;
    const rows = g.reshape([m, g.size / m]);
    const scales = magnitude(rows, [1]);
    const unit = rows.div(scales);
    const inputs = [unit.matmul(unit.transpose()), scales.reshape([m]), ...rest];
    return new Tensor(
      hostCall(
        name,
        inputs.map((t) => t.node),
        [m],
        call,
      ),
    );
  };
}

/** A rule Σ w_i g_i whose weights come from the Gramian. */
export const weighted =
  (weights: (g: Tensor) => Tensor) =>
  (g: Tensor): Tensor =>
    combine(g, weights(g));
