import { deepest } from '../../tensor/tree.ts';

/** The largest number of objects and lists in a JSON text. */
const maxContainers = 2 ** 17;

/**
 * Parses a JSON text. It may be at most 1 000 deep and have at most 131 072 objects and lists, and
 * no object may have a key twice; this is checked before memory is allocated. `wrong` makes the
 * error from what is expected and what was found.
 */
export function jsonOf(text: string, wrong: (expected: string, got: string) => Error): unknown {
  scan(text, wrong);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw wrong('JSON', (error as Error).message);
  }
}

/** Checks the limits in one pass over the text. Invalid JSON is left to the parser. */
function scan(text: string, wrong: (expected: string, got: string) => Error): void {
  /** The keys of each open object; undefined for an open list. */
  const open: (Set<string> | undefined)[] = [];
  let containers = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === '{' || c === '[') {
      open.push(c === '{' ? new Set() : undefined);
      if (++containers > maxContainers) throw wrong(`at most ${maxContainers} objects and lists`, 'more');
      if (open.length > 2 * deepest + 8) throw wrong(`a tree at most ${deepest} deep`, 'a deeper one');
    } else if (c === '}' || c === ']') open.pop();
    else if (c === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys && /^\s*:/.test(text.slice(end + 1, end + 64))) {
        const key = keyOf(text.slice(at, end + 1));
        if (keys.has(key)) throw wrong('keys that differ', `'${key.slice(0, 60)}' twice`);
        keys.add(key);
      }
      at = end;
    }
  }
}

/**
 * The index of the quote that ends the string beginning at `start`: the first one that an even
 * number of backslashes precedes.
 */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

function keyOf(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  try {
    return JSON.parse(token) as string;
  } catch {
    return token;
  }
}
