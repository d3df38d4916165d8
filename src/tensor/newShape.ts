import { checkSize } from '../device/limits.ts';
import type { Shape } from '../graph/node.ts';
import { checkShape } from '../graph/shape.ts';

/**
 * Returns `shape`. Throws, with `name`, if it is no list of at most 8 non-negative integers, or if
 * a tensor of this shape is too large for the current device. So a tensor that is too large throws
 * when it is built. An intermediate result that only broadcasts may be larger, because no kernel
 * has to store it.
 */
export const newShape = (name: string, shape: Shape): Shape => checkSize(name, checkShape(name, shape));
