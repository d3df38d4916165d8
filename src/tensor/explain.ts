import type { Explanation } from '../device/explain.ts';
import type { Node } from '../graph/node.ts';
import { showAny } from '../graph/shape.ts';
import { nodeOf } from './tensor.ts';
import type { Compiled } from './transforms/compile.ts';
import { flatten, isTensor, type Tree } from './tree.ts';

/**
 * Describes the kernels that compute a tensor, a tree of tensors, or a compiled function that has
 * been called. Each entry gives the kernel's JavaScript, the GLSL, WGSL or WebAssembly that the
 * device runs, the shape, the bytes, which operations are fused into it, and why its result is
 * stored.
 */
export async function explain(target: Tree): Promise<Explanation> {
  const nodes = nodesOf(target);
  // The module is loaded on demand, so that a page that only trains does not download it.
  const { explainNodes } = await import('../device/explain.ts');
  return explainNodes(nodes);
}

function nodesOf(target: Tree): readonly Node[] {
  if (typeof target !== 'function') {
    const { leaves } = flatten(target, isTensor, 'explain');
    if (leaves.length > 0) return leaves.map((t) => nodeOf('explain', t));
  }
  const plan = (target as Partial<Compiled<never>> | undefined)?.plans?.at(-1);
  if (!plan)
    throw new Error(
      `explain: a tensor, a tree of tensors or a function made by compile that was called once is needed, got ${showAny(target)}`,
    );
  return plan.outputs;
}
