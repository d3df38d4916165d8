import { isPlain, showAny } from '../../graph/shape.ts';
import { Key } from '../../tensor/key.ts';
import { Tensor } from '../../tensor/tensor.ts';
import { deepest, type Tree } from '../../tensor/tree.ts';
import { wordsOfKey } from '../world/wordsOfKey.ts';

/**
 * A tree without its tensors, as JSON. Arrays, strings, booleans, null and finite numbers stand for
 * themselves. A tensor is `{ $tensor: name }`, a key `{ $key: words }`, −0, NaN or ±∞ `{ $number:
 * text }`, and a plain object `{ $object: entries }`.
 */
export type Skeleton =
  | null
  | boolean
  | number
  | string
  | readonly Skeleton[]
  | { readonly $tensor: string }
  | { readonly $key: readonly [number, number] }
  | { readonly $number: string }
  | { readonly $object: Readonly<Record<string, Skeleton>> };

/** A skeleton, and the tensors by the names that occur in it. */
export interface Taken {
  readonly skeleton: Skeleton;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Splits a tree into tensors under dotted names, such as layers.0.weight, and the skeleton of the
 * rest. A single tensor is called `tensor`. Throws, with `caller`, if two tensors get the same
 * name, if the tree is more than 1000 deep, or if it holds other values than a skeleton can
 * express.
 */
export function takeApart(caller: string, tree: Tree): Taken {
  const tensors = new Map<string, Tensor>();
  const visit = (x: unknown, path: readonly string[]): Skeleton => {
    if (path.length > deepest)
      throw new Error(`${caller}: a tree must be at most ${deepest} deep, got one that is deeper or contains itself`);
    const name = path.join('.') || 'tensor';
    if (x instanceof Tensor) {
      if (tensors.has(name) || name === '__metadata__')
        throw new Error(
          `${caller}: names of tensors must differ from each other and from __metadata__, got ${name} again`,
        );
      tensors.set(name, x);
      return { $tensor: name };
    }
    if (x instanceof Key) return { $key: wordsOfKey(caller, x) };
    if (typeof x === 'number')
      return Number.isFinite(x) && !Object.is(x, -0) ? x : { $number: Object.is(x, -0) ? '-0' : String(x) };
    if (x === null || typeof x === 'boolean' || typeof x === 'string') return x;
    if (Array.isArray(x)) return x.map((part, i) => visit(part, [...path, String(i)]));
    if (isPlain(x))
      return { $object: Object.fromEntries(Object.entries(x).map(([k, part]) => [k, visit(part, [...path, k])])) };
    const where = path.length === 0 ? '' : ` at ${name}`;
    throw new Error(
      `${caller}: a tree may hold tensors, numbers, keys, strings, booleans, null, arrays and plain objects, got ${showAny(x)}${where}`,
    );
  };
  return { skeleton: visit(tree, []), tensors };
}

/**
 * Returns the tree of a skeleton. `tensor` returns the tensor of a name; `wrong` makes the error
 * that is thrown for an invalid skeleton.
 */
export function putTogether(skeleton: Skeleton, tensor: (name: string) => Tensor, wrong: (got: string) => Error): Tree {
  const build = (x: Skeleton, depth: number): unknown => {
    if (depth > deepest) throw wrong(`one that is more than ${deepest} deep`);
    if (Array.isArray(x)) return (x as readonly Skeleton[]).map((part) => build(part, depth + 1));
    if (typeof x !== 'object' || x === null) return x;
    const [[mark, value] = ['', undefined], ...more] = Object.entries(x) as [string, unknown][];
    if (more.length === 0) {
      if (mark === '$tensor' && typeof value === 'string') return tensor(value);
      if (mark === '$number' && typeof value === 'string') return Number(value);
      if (mark === '$key' && isWords(value)) return new Key(value);
      if (mark === '$object' && isPlain(value))
        return Object.fromEntries(Object.entries(value).map(([k, part]) => [k, build(part as Skeleton, depth + 1)]));
    }
    throw wrong(`'${JSON.stringify(x).slice(0, 60)}'`);
  };
  return build(skeleton, 0) as Tree;
}

const isWords = (x: unknown): x is [number, number] =>
  Array.isArray(x) && x.length === 2 && x.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);

/**
 * Returns a tree built from dotted names alone: objects, or arrays where the names count 0, 1, ….
 * Throws the error that `wrong` makes if one name continues another or has more than 1000 parts.
 */
export function treeOfNames(tensors: ReadonlyMap<string, Tensor>, wrong: (got: string) => Error): Tree {
  const root = new Map<string, unknown>();
  for (const [name, tensor] of tensors) {
    const path = name.split('.');
    if (path.length > deepest) throw wrong(`'${name.slice(0, 60)}…' of ${path.length} parts`);
    let at = root;
    for (const part of path.slice(0, -1)) {
      if (!at.has(part)) at.set(part, new Map());
      const next = at.get(part);
      if (!(next instanceof Map)) throw wrong(`'${name}' below a tensor`);
      at = next as Map<string, unknown>;
    }
    if (at.has(path.at(-1)!)) throw wrong(`'${name}' above other tensors`);
    at.set(path.at(-1)!, tensor);
  }
  const build = (x: unknown): unknown => {
    if (!(x instanceof Map)) return x;
    const own = x as Map<string, unknown>;
    const counted = [...own.keys()].every((_, i) => own.has(String(i)));
    if (counted && own.size > 0) return Array.from({ length: own.size }, (_, i) => build(own.get(String(i))));
    return Object.fromEntries([...own].map(([k, part]) => [k, build(part)]));
  };
  return build(root) as Tree;
}
