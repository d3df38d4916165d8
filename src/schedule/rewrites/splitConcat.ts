import { concat } from '../../graph/build.ts';
import { sizeOf, type Node } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import type { Rewrite } from './rewrite.ts';

/**
 * Concatenates parts along an axis so that no concatenation has more than `most` inputs: the inputs
 * may be concatenations themselves.
 */
function concatOf(parts: readonly Node[], axis: number, most: number): Node {
  if (parts.length <= most) return concat(parts, axis);
  const step = Math.ceil(parts.length / most);
  const groups = range(Math.ceil(parts.length / step)).map((i) => parts.slice(i * step, (i + 1) * step));
  return concat(
    groups.map((group) => concatOf(group, axis, most)),
    axis,
  );
}

/**
 * Removes empty parts from a concatenation, and nests it if it has more parts than a kernel can
 * read.
 */
export const splitConcat: Rewrite<'concat'> = ({ inputs, shape, attrs }, { mostInputs }) => {
  const parts = sizeOf(shape) === 0 ? inputs : inputs.filter((x) => sizeOf(x.shape) > 0);
  const isPlain = parts.length === inputs.length && parts.length <= mostInputs;
  return isPlain ? undefined : concatOf(parts, attrs.axis, mostInputs);
};
