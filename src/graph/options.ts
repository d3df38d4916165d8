import { isPlain, showAny } from './shape.ts';

/**
 * Returns the number of letters to insert, delete or replace to turn one word into the other
 * (Levenshtein distance).
 */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/**
 * Returns the options as given. Throws unless they are a plain object with allowed keys only; the
 * error lists the allowed keys and suggests the nearest one.
 */
export function checkOptions<T extends object>(name: string, given: T, allowed: readonly (keyof T & string)[]): T {
  if (!isPlain(given))
    throw new Error(`${name}: options must be an object with ${allowed.join(', ')}, got ${showAny(given)}`);
  for (const key of Object.keys(given))
    if (!(allowed as readonly string[]).includes(key)) {
      const [nearest] = [...allowed].sort((a, b) => distance(key, a) - distance(key, b));
      const meant = nearest !== undefined && distance(key, nearest) <= 2 ? `; did you mean ${nearest}?` : '';
      throw new Error(`${name}: the options are ${allowed.join(', ')}, got ${key}${meant}`);
    }
  return given;
}
