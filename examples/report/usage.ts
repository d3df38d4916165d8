import { closest, distance } from 'fastest-levenshtein';

/** Thrown with one line if the user's request cannot be fulfilled. */
export class UsageError extends Error {}

/** For `catch`: throws a usage error of one line about the value of the option `name`. */
export const refused =
  (name: string) =>
  (error: unknown): never => {
    throw new UsageError(`--${name}: ${(error as Error).message}`, { cause: error });
  };

/**
 * Returns an option's text as an integer. Throws a usage error unless it is from `least` to `most`.
 */
export function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, got '${text}'`);
  return value;
}

/** Throws a usage error if an option is given twice, because one value would be lost. */
export function once(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`--${twice} must be given once, got it twice`);
}

/**
 * Returns `name` if it is in the list. Throws a usage error otherwise, which names the most similar
 * one; `what` is the option.
 */
export function known<N extends string>(what: string, name: string, names: readonly N[]): N {
  const found = names.find((n) => n === name);
  if (found !== undefined) return found;
  const near = closest(name.toLowerCase(), [...names]);
  const hint =
    distance(name.toLowerCase(), near.toLowerCase()) <= Math.max(2, near.length / 2) ? `; did you mean ${near}?` : '';
  throw new UsageError(`${what} must be one of ${names.join(', ')}, got '${name}'${hint}`);
}
