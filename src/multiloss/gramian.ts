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

/**
 * G from the inner products of lanes that were each divided by a scale of its own: float64 holds what float32 could not. Nothing if
 * it is not finite. Plain loops: it is built for each example of a vmap in each step.
 */
function unscaled(inner: HostArray, scales: HostArray): number[][] | undefined {
  const m = scales.length;
  const G: number[][] = [];
  for (let i = 0; i < m; i++) {
    const row: number[] = [];
    for (let j = 0; j < m; j++) {
      const x = ((inner[i * m + j]! + inner[j * m + i]!) / 2) * scales[i]! * scales[j]!;
      if (!Number.isFinite(x)) return undefined;
      row.push(x);
    }
    G.push(row);
  }
  return G;
}

interface Lanes {
  /** The lanes as rows, each over its largest entry. */
  readonly unit: Tensor;
  readonly scales: Tensor;
}

function scaledRows(g: Tensor): Lanes {
  const m = g.shape[0]!;
  const rows = g.reshape([m, g.size / m]);
  const scales = magnitude(rows, [1]);
  return { unit: rows.div(scales), scales: scales.reshape([m]) };
}

/** A host function from inner products, scales and the rest, made once for each solver. */
const hosted =
  (
    solve: (G: Matrix, eps: number, scales: HostArray, ...rest: HostArray[]) => readonly number[],
    size: (m: number) => number,
  ): HostFunction =>
  ([inner, scales, ...rest]) => {
    const G = unscaled(inner!, scales!);
    if (!G) return new Float64Array(size(scales!.length)).fill(NaN);
    return solve(G, inner instanceof Float32Array ? 2 ** -23 : 2 ** -52, scales!, ...rest);
  };

const onHost = (
  name: string,
  call: HostFunction,
  size: number,
  { unit, scales }: Lanes,
  rest: readonly Tensor[],
): Tensor => {
  const inputs = [unit.matmul(unit.transpose()), scales, ...rest].map((t) => t.node);
  return new Tensor(hostCall(name, inputs, [size], call));
};

/** As `gramianWeights`, for a solver that returns another number of results than one for each lane. */
export function gramianResult(
  name: string,
  solve: Solver,
  size: (lanes: number) => number,
): (g: Tensor, ...rest: Tensor[]) => Tensor {
  const call = hosted((G, eps, _, ...rest) => solve(G, eps, ...rest), size);
  return (g, ...rest) => onHost(name, call, size(g.shape[0]!), scaledRows(g), rest);
}

/**
 * The weights of lanes g as a tensor: `solve` runs on the host in float64, inside the graph. `solve` should be made once, since
 * its identity is a part of the plan; what varies comes in `rest`.
 */
export const gramianWeights = (name: string, solve: Solver): ((g: Tensor, ...rest: Tensor[]) => Tensor) =>
  gramianResult(name, solve, (m) => m);

/**
 * The merge Σ w_i g_i for weights that are as large as the gradients are small, and might not fit a float: they are those of the lanes
 * over their scales.
 */
export function gramianMerge(name: string, solve: Solver): (g: Tensor, ...rest: Tensor[]) => Tensor {
  const call = hosted(
    (G, eps, scales, ...rest) => solve(G, eps, ...rest).map((w, i) => w * scales[i]!),
    (m) => m,
  );
  return (g, ...rest) => {
    const lanes = scaledRows(g);
    const weights = onHost(name, call, g.shape[0]!, lanes, rest);
    // The lanes carry the derivative, the scales are constant like the weights.
    return combine(lanes.unit.reshape(g.shape), weights);
  };
}

/** A rule Σ w_i g_i whose weights come from the Gramian. */
export const weighted =
  (weights: (g: Tensor) => Tensor) =>
  (g: Tensor): Tensor =>
    combine(g, weights(g));
