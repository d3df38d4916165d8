import { range } from '../../graph/shape.ts';
import type { Affine } from '../../kernel/affine.ts';
import type { Code } from '../../kernel/code.ts';

/** Returns the texel q and the channel c of an index 4q + c. Returns undefined if c varies. */
export function inVec4({ constant, terms }: Affine): { texel: Affine; channel: number } | undefined {
  if (terms.some(({ by }) => by % 4 !== 0)) return undefined;
  const channel = ((constant % 4) + 4) % 4;
  const scaled = terms.map((t) => ({ ...t, by: t.by / 4 }));
  return { texel: { constant: (constant - channel) / 4, terms: scaled }, channel };
}

/**
 * Returns the arrays, among those whose size is a multiple of four, that are always read at a fixed
 * channel of a vec4.
 */
export function readAsVec4(codes: Iterable<Code>, sizes: readonly number[]): Set<number> {
  const arrays = new Set(range(sizes.length).filter((i) => sizes[i]! % 4 === 0));
  for (const code of codes) if (code.kind === 'read' && !inVec4(code.index)) arrays.delete(code.array);
  return arrays;
}
