import { device } from '../../device/current.ts';
import { run } from '../../device/run.ts';
import { storageOf } from '../../device/storage.ts';
import type { HostArray, Node } from '../../graph/node.ts';
import { printGraph } from '../../inspect/printGraph.ts';
import { topological } from '../../graph/walk.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { gradients } from '../../tensor/transforms/gradients.ts';
import { bounded } from './bounded.ts';
import { build, results, type Program } from './program.ts';
import type { Arithmetic, Bounded } from './rounding.ts';

/** How a device runs a graph: with as few kernels as it can, or with one kernel for each node. */
export type Manner = 'fused' | 'unfused';

/** Counts what was compared. */
export interface Compared {
  /** The number of elements with a useful bound: at most a hundredth of their size, or of 1. */
  decided: number;
  elements: number;
}

/**
 * The program's results, and the derivatives of their weighted sum with respect to all its data.
 */
function graph(program: Program): Tensor[] {
  const made = build(program);
  const outputs = results(program).map((i) => made[i]!);
  const inputs = made.filter((_, i) => program[i]!.name === 'data');
  const cotangents = outputs.map((y) =>
    tensor(
      Float64Array.from({ length: y.size }, (_, i) => Math.round(64 * Math.cos(i + 1)) / 64),
      { shape: y.shape },
    ),
  );
  return [...outputs, ...gradients(outputs, inputs, { cotangents })];
}

const forget = (node: Node): void => {
  if (node.inputs.length === 0) return;
  node.value?.dispose();
  node.value = undefined;
};

async function compute(targets: readonly Tensor[], manner: Manner): Promise<HostArray[]> {
  const nodes = targets.map((t) => t.node);
  const order = topological(nodes, () => false);
  try {
    if (manner === 'unfused') for (const node of order) if (node.inputs.length > 0) await run([node]);
    await run(nodes);
    return await Promise.all(nodes.map((n) => storageOf(n).read()));
  } finally {
    order.forEach(forget);
  }
}

/** The index of the first element outside its bound. */
function outside(got: ArrayLike<number>, { value, error }: Bounded): number | undefined {
  const at = value.findIndex((x, i) => !(Math.abs(got[i]! - x) <= error[i]!) && error[i] !== Infinity);
  return at < 0 ? undefined : at;
}

const arithmeticOf = (name: string): Arithmetic =>
  name === 'cpu' || name === 'webasm' || name === 'reference' ? 'ieee' : 'shader';

/**
 * Runs a program and its gradient on the current device and compares every element with its bound.
 * Returns undefined if all are within; otherwise a text that shows where, with the graph.
 */
export async function disagreement(
  program: Program,
  manners: readonly Manner[] = ['fused', 'unfused'],
  compared: Compared = { decided: 0, elements: 0 },
): Promise<string | undefined> {
  for (const manner of manners) {
    const targets = graph(program);
    const wanted = bounded(
      targets.map((t) => t.node),
      arithmeticOf(device()),
    );
    const failed = (why: string): string =>
      `${device()}, ${manner}: ${why}\n${printGraph(targets)}\n${printData(targets)}`;
    let got: HostArray[];
    try {
      got = await compute(targets, manner);
    } catch (error) {
      return failed(String(error));
    }
    for (const [n, bound] of wanted.entries()) {
      compared.elements += bound.value.length;
      compared.decided += bound.value.filter((x, i) => bound.error[i]! <= 0.01 * Math.max(1, Math.abs(x))).length;
      const at = got[n]!.length === bound.value.length ? outside(got[n]!, bound) : -1;
      if (at === undefined) continue;
      return failed(
        `element ${at} of result ${n} must be within ${bound.error[at]} of ${bound.value[at]}, got ${got[n]![at]}`,
      );
    }
  }
  return undefined;
}

/** Prints the elements of the leaves, in the order in which the printed graph numbers them. */
function printData(targets: readonly Tensor[]): string {
  const leaves = topological(
    targets.map((t) => t.node),
    () => false,
  ).filter((n) => n.op === 'leaf');
  return leaves
    .map((n) => `[${storageOf(n).peek()?.slice(0, 40).join(', ')}] has shape [${n.shape.join(', ')}]`)
    .join('\n');
}
