import { normal, type Inputs } from './inputs.ts';
import { deep, heads, perceptron } from './problems.ts';
import type { Kind, Workload } from './workloads.ts';

/** One point of a curve: our library alone. */
export interface Point extends Workload {
  /** Where on the axis. */
  readonly x: number;
}

export interface Sweep {
  readonly name: string;
  /** What the horizontal axis counts. */
  readonly axis: string;
  readonly points: readonly Point[];
}

function sweep(
  name: string,
  axis: string,
  kind: Kind,
  variant: string,
  values: readonly number[],
  inputs: (x: number) => Inputs,
): Sweep {
  const common = {
    group: name,
    kind,
    variant,
    libraries: ['cotangent'],
    missing: {},
    tolerance: 0,
    flops: 0,
    bytes: 0,
  } as const;
  return { name, axis, points: values.map((x) => ({ ...common, name: `${x}`, x, inputs: () => inputs(x) })) };
}

/** What the cost is measured against. */
export const sweeps: readonly Sweep[] = [
  sweep('size', 'elements', 'map', '', [2 ** 8, 2 ** 12, 2 ** 16, 2 ** 20, 2 ** 22], (n) => ({ x: normal(1, [n]) })),
  sweep('matmul', 'rows and columns', 'matmul', '', [16, 64, 256, 512], (n) => ({
    a: normal(1, [n, n]),
    b: normal(2, [n, n]),
  })),
  sweep('batch', 'examples in a batch', 'perceptron', '', [1, 8, 32, 128, 512], (n) => perceptron(n, [784, 256, 10])),
  sweep('depth', 'layers', 'layers', '', [1, 4, 16, 64], (n) => deep(n)),
  sweep('lanes', 'losses', 'heads', 'GradDrop', [1, 5, 20, 80], (n) => heads(n)),
];

/** A call with one kernel and one with many, each on sixteen numbers: what dispatch costs. */
export const tiny: readonly [Point, Point] = sweep('tiny', 'kernels', 'tiny', '', [1, 129], (n) => ({
  x: normal(1, [4, 4]),
  count: { shape: [], data: Float32Array.of(n) },
})).points as readonly Point[] as [Point, Point];
