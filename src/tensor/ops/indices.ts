import { checkIndices } from '../../device/limits.ts';
import { storageOf } from '../../device/storage.ts';
import { constant, elementwise, where } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { constantValue } from '../../graph/simplify.ts';
import { showAny } from '../../graph/shape.ts';
import { nodeOf, type TensorLike } from '../tensor.ts';

/** Views that hold exactly the elements of their input, in another order or repeated. */
const rearranged = new Set(['reshape', 'permute', 'expand', 'flip']);

/**
 * The values of a node in any order and without repeats, or undefined if a device would have to
 * compute them.
 */
export function knownValues(node: Node): ArrayLike<number> | undefined {
  const constant = constantValue(node);
  if (constant !== undefined) return [constant];
  while (!node.value && rearranged.has(node.op)) node = node.inputs[0]!;
  return node.value && storageOf(node).peek();
}

/**
 * The node of indices into an axis of `size`. Throws if the host knows a value that is no integer
 * from `low` to size − 1. Values that only a device knows are not checked.
 */
export function indexNode(name: string, indices: TensorLike, low: number, size: number): Node {
  const node = nodeOf(name, indices);
  checkIndices(name, size);
  const values = sizeOf(node.shape) > 0 ? knownValues(node) : undefined;
  for (let i = 0; values && i < values.length; i++)
    if (!Number.isInteger(values[i]) || values[i]! < low || values[i]! >= size)
      throw new Error(
        size === 0
          ? `${name}: an axis of size 0 has no elements, got index ${showAny(values[i])}`
          : `${name}: indices must be integers from ${low} to ${size - 1}, got ${showAny(values[i])}`,
      );
  return node;
}

/**
 * Returns y with NaN wherever `at` is no integer from 0 to size − 1. If the host knows the `given`
 * indices, they have been checked, and y is returned as it is.
 */
export function guarded(y: Node, at: Node, size: number, given: TensorLike): Node {
  if (knownValues(nodeOf('gather', given))) return y;
  const within = elementwise(
    'and',
    elementwise('greaterEqual', at, constant(0)),
    elementwise('less', at, constant(size)),
  );
  const whole = elementwise('equal', elementwise('floor', at), at);
  return where(elementwise('and', within, whole), y, constant(NaN));
}
