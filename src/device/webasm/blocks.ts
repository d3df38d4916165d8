import type { Code, Nest } from '../../kernel/code.ts';
import type { Dependencies } from '../../kernel/dependencies.ts';
import { element } from './integers.ts';

/**
 * The number of elements in a block. They fill one memory page, and processors do not read ahead
 * beyond a page.
 */
export const blockLength = 1024;
/**
 * The maximum number of sums for each element of a block. With more they would not stay in the
 * first-level cache.
 */
const mostSums = 4;
export const blockBytes = 4 * mostSums * blockLength;

/**
 * Returns the first loop that elements need, if each of its iterations can go along a block of
 * elements. Returns undefined if the loop needs a value that depends on the element but not on the
 * loop's counter, because each iteration would compute it again.
 *
 * Element by element, a loop over many rows reads at many places of memory at once. That is more
 * places than a processor reads ahead at, and rows that are a power of two apart evict each other
 * from the caches.
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

/** Returns the first code that is wanted: the given one, or one that it needs outside of loops. */
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
