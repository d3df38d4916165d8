import { deepest } from '../../tensor/tree.ts';

/** The largest number of objects and lists in a JSON text. */
const maxContainers = 2 ** 17;

/**
 * Returns the value of a JSON text. Throws unless the text is valid JSON with at most 131 072
 * objects and lists, nested at most 2008 deep, and without a repeated key in an object. Skeletons
 * nest two objects or lists for each of the at most 1000 levels of a tree. These limits are checked
 * before the value is built. `wrong` makes the error from what is expected and what was found.
 */
export function jsonOf(text: string, wrong: (expected: string, got: string) => Error): unknown {
  scan(text, wrong);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw wrong('JSON', (error as Error).message);
  }
}

/**
 * Throws if the text exceeds a limit or repeats a key in an object. It makes one pass and leaves
 * other invalid JSON to the parser.
 */
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
 * Returns the index of the quote that ends the string beginning at `start`: the first one that an
 * even number of backslashes precedes. Without such a quote, returns the length of the text.
 */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/** Returns the text of a key, given with its quotes. Invalid JSON is returned as it is. */
function keyOf(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1);
  try {
    return JSON.parse(token) as string;
  } catch {
    return token;
  }
}
