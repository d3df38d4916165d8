import { range } from '../../graph/shape.ts';
import type { Affine } from '../../kernel/affine.ts';
import type { Code } from '../../kernel/code.ts';

/** Finds an index in texels of four: 4q + c is channel c of texel q. Undefined where c varies. */
export function inVec4({ constant, terms }: Affine): { texel: Affine; channel: number } | undefined {
  if (terms.some(({ by }) => by % 4 !== 0)) return undefined;
  const channel = ((constant % 4) + 4) % 4;
  const scaled = terms.map((t) => ({ ...t, by: t.by / 4 }));
  return { texel: { constant: (constant - channel) / 4, terms: scaled }, channel };
}

/** Finds the arrays of which each read takes a fixed channel of a vec4. */
export function readAsVec4(codes: Iterable<Code>, sizes: readonly number[]): Set<number> {
  const arrays = new Set(range(sizes.length).filter((i) => sizes[i]! % 4 === 0));
  for (const code of codes) if (code.kind === 'read' && !inVec4(code.index)) arrays.delete(code.array);
  return arrays;
}
