import { isPlain, showAny } from './shape.ts';

/**
 * Returns how far the word a is from b: the number of letters to delete or replace, and a tenth for
 * each letter to insert, so that an abbreviation is near (Levenshtein distance, weighted).
 */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j / 10);
  for (const letter of a) {
    let left = row[0]! + 1;
    row = row.map((up, j) => (left = j ? Math.min(left + 0.1, up + 1, row[j - 1]! + +(letter !== b[j - 1])) : left));
  }
  return row[b.length]!;
}

/**
 * Returns the options as given. Throws unless they are a plain object with allowed keys only; the
 * error lists the allowed keys and suggests the nearest one.
 */
export function checkOptions<T extends object>(name: string, given: T, allowed: readonly (keyof T & string)[]): T {
  const list = allowed.join(', ');
  if (!isPlain(given)) {
    const shown = showAny(given);
    const step = /^[[\d-]/.test(shown) ? `; write { ${allowed[0]}: ${shown} }` : '';
    throw new Error(`${name}: options must be an object with ${list}, got ${shown}${step}`);
  }
  for (const key of Object.keys(given))
    if (!(allowed as readonly string[]).includes(key)) {
      const [nearest] = [...allowed].sort((a, b) => distance(key, a) - distance(key, b));
      const most = key.length > 4 ? 2 : 1.2;
      const meant = nearest !== undefined && distance(key, nearest) <= most ? `; did you mean ${nearest}?` : '';
      throw new Error(`${name}: the options are ${list}, got ${key}${meant}`);
    }
  return given;
}
