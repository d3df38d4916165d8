import type { Explanation } from '../device/explain.ts';
import type { Node } from '../graph/node.ts';
import { showAny } from '../graph/shape.ts';
import { nodeOf } from './tensor.ts';
import type { Compiled } from './transforms/compile.ts';
import { flatten, isTensor, type Tree } from './tree.ts';

/**
 * Explains how the current device computes a tensor, the tensors of a tree, or the latest plan of a
 * function made by `compile`. To find this out, it computes them once. Each step of the result
 * gives the stored result's operation, shape and bytes, the operations fused into its kernel, the
 * reason why it is stored, the kernel's JavaScript, and the GLSL, WGSL, WebAssembly or JavaScript
 * that the device runs. Throws if `target` holds no tensor, or is a function that is not compiled
 * or has not been called.
 */
export async function explain(target: Tree): Promise<Explanation> {
  const nodes = nodesOf(target);
  // The module is loaded on demand, so that a page that only trains does not download it.
  const { explainNodes } = await import('../device/explain.ts');
  return explainNodes(nodes);
}

/**
 * Returns the nodes of the tensors in `target`, or the outputs of a compiled function's latest
 * plan. Throws if there are none.
 */
function nodesOf(target: Tree): readonly Node[] {
  if (typeof target !== 'function') {
    const { leaves } = flatten(target, isTensor, 'explain');
    if (leaves.length > 0) return leaves.map((t) => nodeOf('explain', t));
  }
  const plan = (target as Partial<Compiled<never>> | undefined)?.plans?.at(-1);
  if (!plan)
    throw new Error(
      `explain: a tree of tensors or a compiled function that was called is needed, got ${showAny(target)}`,
    );
  return plan.outputs;
}
