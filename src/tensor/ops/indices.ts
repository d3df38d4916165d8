import { checkIndices } from '../../device/limits.ts';
import { storageOf } from '../../device/storage.ts';
import { constant, elementwise, where } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { constantValue } from '../../graph/simplify.ts';
import { showAny } from '../../graph/shape.ts';
import { nodeOf, type TensorLike } from '../tensor.ts';

/**
 * Operations whose result holds exactly the elements of the input, in another order or repeated.
 */
const rearranged = new Set(['reshape', 'permute', 'expand', 'flip']);

/**
 * Returns the elements of a node, in any order and without repeats, if the host has them. Returns
 * undefined if a device would have to compute them.
 */
export function knownValues(node: Node): ArrayLike<number> | undefined {
  const constant = constantValue(node);
  if (constant !== undefined) return [constant];
  while (!node.value && rearranged.has(node.op)) node = node.inputs[0]!;
  return node.value && storageOf(node).peek();
}

/**
 * Returns the node of indices into an axis of `size`. Throws if the host knows an index that is no
 * integer from `low` to size − 1, or if the axis is longer than float32 counts. Indices that only a
 * device knows are not checked.
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
 * Returns y with NaN wherever the index `at` is no integer from 0 to size − 1. `given` are the
 * indices as the user gave them: if the host knows them, they have been checked, and y is returned
 * as it is.
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
