import type { Code, Nest } from '../../kernel/code.ts';
import type { Dependencies } from '../../kernel/dependencies.ts';
import { element } from './integers.ts';

/** So many elements at once: a page of memory, as far as processors read ahead. */
export const blockLength = 1024;
/** What is kept between turns stays in the nearest cache. */
const mostSums = 4;
export const blockBytes = 4 * mostSums * blockLength;

/**
 * The first loop that elements need, if each of its turns can go along a block of elements before
 * the next: it needs nothing of them that would have to be computed anew in each turn. Read element
 * by element, many rows are so many places of memory at once: more than a processor reads ahead
 * from, and where rows lie a power of two apart their lines drive each other out of the caches.
 */
export function blocked(result: Code, dependencies: Dependencies): Nest | undefined {
  const nest = firstNest(result, dependencies);
  if (!nest || nest.counters.length !== 1 || nest.folds.length > mostSums) return undefined;
  const { name } = nest.counters[0]!;
  const isRepeated = (code: Code): boolean => {
    const counters = dependencies.ofCode(code);
    return code.kind !== 'read' && counters.has(element) && !counters.has(name);
  };
  const needs = (code: Code, seen: Set<Code>): boolean => {
    if (seen.has(code)) return false;
    seen.add(code);
    return isRepeated(code) || parts(code).some((part) => needs(part, seen));
  };
  const seen = new Set<Code>();
  return nest.folds.some(({ value }) => needs(value, seen)) ? undefined : nest;
}

const parts = (code: Code): readonly Code[] => (code.kind === 'call' ? code.args : []);

function firstNest(code: Code, dependencies: Dependencies, seen = new Set<Code>()): Nest | undefined {
  if (seen.has(code)) return undefined;
  seen.add(code);
  if (code.kind === 'fold') return dependencies.ofNest(code.nest).has(element) ? code.nest : undefined;
  for (const part of parts(code)) {
    const nest = firstNest(part, dependencies, seen);
    if (nest) return nest;
  }
  return undefined;
}
