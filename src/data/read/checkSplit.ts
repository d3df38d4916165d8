import { showAny } from '../../graph/shape.ts';

/**
 * Returns the requested part of a data set. Throws with the list of parts if there is no such part.
 */
export const checkSplit = <T extends string>(caller: string, value: string, allowed: readonly T[]): T => {
  if (!(allowed as readonly string[]).includes(value))
    throw new Error(`${caller}: split must be ${allowed.join(' or ')}, got ${showAny(value)}`);
  return value as T;
};
