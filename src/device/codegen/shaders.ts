import { sizeOf, type Node } from '../../graph/node.ts';
import type { Affine } from './affine.ts';
import type { Code } from './code.ts';

/**
 * Declares integers as gpu.js knows them in shaders: what starts as a dimension and is counted up somewhere. As floating-point numbers they
 * would be converted at each read, which takes a product of matrices of 256 on webgpu from 81 ms of CPU time to 157 (W4 of the benchmark).
 */
export function wholeNumbers(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const declared = names.map((name) => `let ${name} = this.output.x;`);
  return [...declared, `if (this.thread.x < 0) { ${names.map((name) => `${name}++;`).join(' ')} }`];
}

/** Where in fours an index is. */
export function inFours({ constant, terms }: Affine): { texel: Affine; channel: number } {
  const channel = ((constant % 4) + 4) % 4;
  return {
    texel: { constant: (constant - channel) / 4, terms: terms.map(({ atom, by }) => ({ atom, by: by / 4 })) },
    channel,
  };
}

/** The arrays all of whose reads are of one channel each. */
export function readInFours(codes: Iterable<Code>): Set<Node> {
  const [found, others] = [new Set<Node>(), new Set<Node>()];
  for (const code of codes)
    if (code.kind === 'read')
      (code.index.terms.every(({ by }) => by % 4 === 0) && sizeOf(code.array.shape) % 4 === 0 ? found : others).add(
        code.array,
      );
  return new Set([...found].filter((array) => !others.has(array)));
}
