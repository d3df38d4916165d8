import type { Node } from '../graph/node.ts';

const many = 500;
const often = 8;

const computed = new WeakSet<Node>();
let streak = 0;
let warned = false;

/**
 * Records the nodes of a new plan, and warns once about a loop that never realises the tensors it
 * carries. Its sign is a graph that grows from read to read and computes again what earlier reads
 * computed.
 */
export function noteUnrealised(nodes: readonly Node[]): void {
  let again = 0;
  for (const node of nodes) {
    if (node.inputs.length === 0) continue;
    if (computed.has(node)) again++;
    else computed.add(node);
  }
  streak = again >= many && again < nodes.length ? streak + 1 : 0;
  if (streak < often || warned) return;
  warned = true;
  console.warn(
    `cotangent: the last ${often} reads each computed ${many} operations or more again; a loop should ` +
      '`await realize(…)` what it carries from step to step',
  );
}
