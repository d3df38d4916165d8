import type { Node } from '../graph/node.ts';

/**
 * Throws if the walk from the outputs reached a realised node that was computed from an input, but
 * did not reach that input. A realised node has no history, so the input's derivative would
 * silently be zero.
 */
export function checkNotCutOff(order: readonly Node[], inputs: readonly Node[], reached: (x: Node) => boolean): void {
  const lost = inputs.filter((x) => !reached(x));
  if (lost.length === 0) return;
  for (const node of order)
    if (node.ancestors && lost.some((x) => node.ancestors!.has(x.id)))
      throw new Error(
        'gradients: an output depends on an input through a tensor that realize() or a compiled function has cut off; differentiate before that',
      );
}
