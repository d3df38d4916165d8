import { showAny } from '../../graph/shape.ts';

/** The part of a data set that was asked for, or an error that says which there are. */
export const checkSplit = <T extends string>(caller: string, value: string, allowed: readonly T[]): T => {
  if (!(allowed as readonly string[]).includes(value))
    throw new Error(`${caller}: split must be ${allowed.join(' or ')}, got ${showAny(value)}`);
  return value as T;
};
