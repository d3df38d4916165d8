import type { Code, Nest } from '../../kernel/code.ts';
import type { Dependencies } from '../../kernel/dependencies.ts';
import { element } from './integers.ts';

/** A block has so many elements: a page of memory, as far as processors read ahead. */
export const blockLength = 1024;
/** A block has at most so many sums for each element, so that they stay in the nearest cache. */
const mostSums = 4;
export const blockBytes = 4 * mostSums * blockLength;

/**
 * Finds the first loop that elements need, if each of its turns can go along a block of elements
 * before the next: it needs nothing of them that would have to be computed again in each turn. Read
 * element by element, many rows are so many places of memory at once: more than a processor reads
 * ahead from, and where rows lie a power of two apart their lines drive each other out of the
 * caches.
 */
export function blocked(result: Code, dependencies: Dependencies): Nest | undefined {
  const found = first(result, (code) => code.kind === 'fold' && dependencies.ofNest(code.nest).has(element));
  if (found?.kind !== 'fold' || found.nest.counters.length !== 1 || found.nest.folds.length > mostSums)
    return undefined;
  const { counters, folds } = found.nest;
  const isRepeated = (code: Code): boolean => {
    const own = dependencies.ofCode(code);
    return code.kind !== 'read' && own.has(element) && !own.has(counters[0]!.name);
  };
  return folds.some(({ value }) => first(value, isRepeated)) ? undefined : found.nest;
}

/** Finds the first code, this or one that it needs outside of loops, that is wanted. */
function first(code: Code, isWanted: (code: Code) => boolean, seen = new Set<Code>()): Code | undefined {
  if (seen.has(code)) return undefined;
  seen.add(code);
  if (isWanted(code)) return code;
  for (const part of code.kind === 'call' ? code.args : []) {
    const found = first(part, isWanted, seen);
    if (found) return found;
  }
  return undefined;
}
