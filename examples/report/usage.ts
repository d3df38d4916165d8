import { closest, distance } from 'fastest-levenshtein';

/** Something that the user asked for and cannot have, in one line. */
export class UsageError extends Error {}

/** For `catch`: what went wrong with the value of an option, in one line. */
export const refused =
  (name: string) =>
  (error: unknown): never => {
    throw new UsageError(`--${name}: ${(error as Error).message}`, { cause: error });
  };

/** The whole number that an option's text stands for. */
export function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, got '${text}'`);
  return value;
}

/** Refuses an option that is given twice: one of its values would be lost. */
export function once(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`--${twice} must be given once, got it twice`);
}

/** A name that is on the list; another one is refused with the nearest that is. */
export function known<N extends string>(what: string, name: string, names: readonly N[]): N {
  const found = names.find((n) => n === name);
  if (found !== undefined) return found;
  const near = closest(name.toLowerCase(), [...names]);
  const hint =
    distance(name.toLowerCase(), near.toLowerCase()) <= Math.max(2, near.length / 2) ? `; did you mean ${near}?` : '';
  throw new UsageError(`${what} must be one of ${names.join(', ')}, got '${name}'${hint}`);
}
