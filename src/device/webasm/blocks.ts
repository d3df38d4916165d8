import { codesIn, type Code, type Nest } from '../../kernel/code.ts';
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
  const nests = [...codesIn(result)].flatMap((code) => (code.kind === 'fold' ? code.nest : []));
  const nest = nests.find((n) => dependencies.ofNest(n).has(element));
  if (nest?.counters.length !== 1 || nest.folds.length > mostSums) return undefined;
  const { counters, folds } = nest;
  const isRepeated = (code: Code): boolean => {
    const own = dependencies.ofCode(code);
    return code.kind !== 'read' && own.has(element) && !own.has(counters[0]!.name);
  };
  return folds.some(({ value }) => [...codesIn(value)].some(isRepeated)) ? undefined : nest;
}
