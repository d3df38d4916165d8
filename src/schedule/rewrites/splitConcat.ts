import { concat } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * The number of arrays that a kernel may read on every device. gpu.js asks WebGPU for 8 storage
 * buffers, one of which is the result.
 */
export const leastInputs = 7;

/**
 * Concatenates parts along an axis so that no concatenation has more than `leastInputs` inputs: the
 * inputs may be concatenations themselves.
 */
function concatOf(parts: readonly Node[], axis: number): Node {
  if (parts.length <= leastInputs) return concat(parts, axis);
  const step = Math.ceil(parts.length / leastInputs);
  const groups = range(Math.ceil(parts.length / step)).map((i) => parts.slice(i * step, (i + 1) * step));
  return concat(
    groups.map((group) => concatOf(group, axis)),
    axis,
  );
}

/**
 * Removes empty parts from a concatenation, and nests it if it has more parts than a kernel can
 * read.
 */
export const splitConcat: Rewrite<'concat'> = ({ inputs, shape, attrs }) => {
  const parts = sizeOf(shape) === 0 ? inputs : inputs.filter((x) => sizeOf(x.shape) > 0);
  const isPlain = parts.length === inputs.length && parts.length <= leastInputs;
  return isPlain ? undefined : concatOf(parts, attrs.axis);
};
