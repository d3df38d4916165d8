import { showAny } from '../../graph/shape.ts';

/**
 * Returns `value`, the requested part of a data set. Throws, with `caller`, if it is not among
 * `allowed`.
 */
export const checkSplit = <T extends string>(caller: string, value: string, allowed: readonly T[]): T => {
  if (!(allowed as readonly string[]).includes(value))
    throw new Error(`${caller}: split must be ${allowed.join(' or ')}, got ${showAny(value)}`);
  return value as T;
};
