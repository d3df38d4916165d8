import type { Shape } from './node.ts';

/** Returns a shape as text, such as [2, 3]. */
export const show = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Tells whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Returns [0, 1, …, n − 1]. */
export function range(n: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < n; i++) out.push(i);
  return out;
}

export const maxRank = 8;

/**
 * Returns a shape that a user gave. Throws unless it is a list of at most 8 non-negative integers.
 */
export function checkShape(name: string, shape: Shape): Shape {
  if (!Array.isArray(shape) || shape.some((d) => !Number.isInteger(d) || d < 0))
    throw new Error(`${name}: a shape must be a list of non-negative integers, got ${showAny(shape)}`);
  if (shape.length > maxRank) throw new Error(`${name}: rank must be at most ${maxRank}, got ${show(shape)}`);
  return shape;
}

/** Tells whether x is an object without a class, made in this JavaScript realm or another. */
export function isPlain(x: unknown): x is object {
  if (typeof x !== 'object' || x === null || Array.isArray(x)) return false;
  const proto: unknown = Object.getPrototypeOf(x);
  return proto === null || Object.getPrototypeOf(proto) === null;
}

/**
 * Returns the part of an error message that explains why a Proxy, as reactive frameworks make it,
 * cannot replace a handle.
 */
export const proxied = (what: string): string =>
  `a Proxy of ${what} is another object; give ${what} itself (Vue: toRaw, markRaw)`;

/** The maximum number of characters, and of parts of a list, that an error shows of one value. */
const longest = 300;

/**
 * Returns the text of any value for an error message; for a plain object, its keys. Long texts are
 * cut. Never throws, whatever the value's own methods do.
 */
export function showAny(value: unknown, depth = 0): string {
  let text: string;
  try {
    if (typeof value === 'string') text = `'${value}'`;
    else if (isPlain(value)) text = `{ ${Object.keys(value).join(', ')} }`;
    else if (!Array.isArray(value)) text = String(value);
    else if (depth > maxRank) text = '[…]';
    else text = `[${Array.from(value.slice(0, longest), (part) => showAny(part, depth + 1)).join(', ')}]`;
  } catch {
    text = `a ${typeof value} that has no text`;
  }
  return text.length > longest ? `${text.slice(0, longest)} …` : text;
}

/**
 * Returns an axis counted from the front; a negative one counts from the back. Throws if `rank`
 * axes do not include it.
 */
export function checkAxis(name: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw new Error(
      rank === 0
        ? `${name}: a scalar has no axis, got ${showAny(axis)}`
        : `${name}: axis must be an integer from ${-rank} to ${rank - 1}, got ${showAny(axis)}`,
    );
  return axis < 0 ? axis + rank : axis;
}

/**
 * Returns axes in ascending order; undefined means all axes. Throws if two are equal or one does
 * not exist.
 */
export function checkAxes(name: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return range(rank);
  const list = (Array.isArray(axes) ? (axes as readonly number[]) : [axes as number]).map((a) =>
    checkAxis(name, a, rank),
  );
  if (new Set(list).size !== list.length) throw new Error(`${name}: axes must differ, got ${showAny(axes)}`);
  return list.sort((a, b) => a - b);
}

/** Returns the shape that all shapes broadcast to, by NumPy's rules. Throws if there is none. */
export function broadcastShapes(name: string, ...shapes: Shape[]): Shape {
  const [first] = shapes as [Shape];
  // Returns the given array, not a copy, because facts are stored by the array's identity.
  if (shapes.every((s) => sameShape(s, first))) return first;
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return range(rank).map((i) => {
    let size = 1;
    for (const shape of shapes) {
      const d = shape[i - rank + shape.length] ?? 1;
      if (d === 1 || d === size) continue;
      if (size !== 1) throw new Error(`${name}: shapes must broadcast together, got ${shapes.map(show).join(' and ')}`);
      size = d;
    }
    return size;
  });
}
