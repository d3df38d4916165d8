import { compile } from '../device/compile.ts';
import { device, type DeviceName } from '../device/current.ts';
import type { ExplainedStep, Explanation } from '../device/explain.ts';
import { executorOf, loadPrinter } from '../device/loaders.ts';
import type { Node } from '../graph/node.ts';
import { topological } from '../graph/walk.ts';
import { planKey, type PlanKey } from '../schedule/cache.ts';
import { schedule, type Plan, type Traits } from '../schedule/plan.ts';
import { nodesFrom } from './fromData.ts';
import type { GraphData } from './graphData.ts';
import { observing } from './observing.ts';
import { watchCode } from './watchCode.ts';

/** A step of a plan, with the nodes of the data that it stands for. */
export interface KernelOf extends ExplainedStep {
  readonly ids: {
    /**
     * The nodes whose value the step stores. There may be several, as a node and its reshape, or
     * none, if a rewrite made the step.
     */
    readonly root: readonly number[];
    /** The nodes that the kernel computes without storing them. */
    readonly fused: readonly number[];
    /** The nodes that the kernel reads, one for each array: leaves and roots of earlier steps. */
    readonly inputs: readonly number[];
  };
  /**
   * The variables of `javascript` that a node's computation sets, by the node's place, and `return`
   * for what is part of the result. gpu.js calls `v0` `user_v0` in shaders.
   */
  readonly variables: Readonly<Record<number, readonly string[]>>;
}

/**
 * Plans a graph and follows its nodes through the passes. Returns the plan, and for each of its
 * nodes the places of the given nodes that it stands for.
 */
function followed(
  nodes: readonly Node[],
  outputs: readonly Node[],
  key: PlanKey,
  traits: Traits = {},
): [Plan, (n: Node) => readonly number[]] {
  const passes: ReadonlyMap<Node, Node>[] = [];
  const plan = observing({ mapped: (done) => passes.push(done) }, () => schedule(outputs, new Set(key.leaves), traits));
  const places = new Map<Node, Set<number>>();
  const stand = (node: Node, i: number): unknown => (places.get(node) ?? places.set(node, new Set()).get(node)!).add(i);
  nodes.forEach((node, i) =>
    stand(
      passes.reduce((n, done) => done.get(n) ?? n, node),
      i,
    ),
  );
  plan.outputs.forEach((node, o) => stand(node, nodes.indexOf(outputs[o]!)));
  return [plan, (n) => [...(places.get(n) ?? [])].sort((a, b) => a - b)];
}

/** The steps of the reference device, which interprets one operation after the other. */
function interpreted(nodes: readonly Node[], outputs: readonly Node[], { steps }: Explanation): KernelOf[] {
  const order = topological(outputs).filter((n) => n.inputs.length > 0);
  const idsOf = (list: readonly Node[]): number[] => list.map((n) => nodes.indexOf(n));
  return steps.map((step, i) => ({
    ...step,
    ids: { root: idsOf([order[i]!]), fused: [], inputs: idsOf(order[i]!.inputs) },
    variables: {},
  }));
}

/**
 * Explains how the current device computes a graph, as `explain` does, and says for each step which
 * nodes of the data it computes and reads. Nodes are named by their places in `data.nodes`. The
 * kernels run once, on zeros where a leaf has no data. Throws what `fromData` throws.
 */
export async function kernelsOf(data: GraphData): Promise<{ readonly device: DeviceName; readonly steps: KernelOf[] }> {
  const { nodes, outputs } = nodesFrom(data);
  const on = device();
  // The module is loaded on demand, as `explain` does.
  const { explainNodes } = await import('../device/explain.ts');
  if (on === 'reference') {
    return { device: on, steps: interpreted(nodes, outputs, await explainNodes(outputs)) };
  }
  const executor = await executorOf(on);
  const key = planKey(outputs);
  const [{ steps }, idsOf] = followed(nodes, outputs, key, executor.target.traits);
  // A plan of its own: the device may keep one for an equal graph whose steps have another order.
  const watch = watchCode(nodes);
  const plan = watch.watching(() => compile(outputs, key, executor.target));
  const runnable = executor.prepare(plan);
  try {
    const explained = await explainNodes(outputs, { plan, runnable, leaves: key.leaves, scalars: key.scalars });
    const { javascriptOf } = await loadPrinter();
    return {
      device: on,
      steps: explained.steps.map((step, i) => {
        const { root, fused, inputs } = steps[i]!;
        const made = plan.steps[i]!;
        const code = made.kind === 'host' ? undefined : made.code;
        return {
          ...step,
          variables: code ? watch.variablesOf(code, () => javascriptOf(code)) : {},
          ids: { root: idsOf(root), fused: fused.flatMap(idsOf), inputs: inputs.flatMap((n) => idsOf(n).slice(0, 1)) },
        };
      }),
    };
  } finally {
    runnable.destroy();
  }
}
