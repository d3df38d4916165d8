import { explainNodes, type Explanation } from '../device/explain.ts';
import { nodeOf } from './tensor.ts';
import type { Compiled } from './transforms/compile.ts';
import { flatten, isTensor, type Tree } from './tree.ts';

/**
 * The kernels that compute a tensor, a tree of tensors, or a compiled function that has been called: for each its
 * JavaScript, the GLSL, WGSL or WebAssembly that gpu.js makes of it, shape, bytes, what was fused into it and why no more.
 */
export async function explain(target: Tree): Promise<Explanation> {
  if (typeof target !== 'function')
    return explainNodes(flatten(target, isTensor).leaves.map((t) => nodeOf('explain', t)));
  const plan = (target as Partial<Compiled<never>>).plans?.at(-1);
  if (!plan) throw new Error('explain: the function must be made by compile and have been called once');
  return explainNodes(plan.outputs);
}
