import { checkSize } from '../device/limits.ts';
import type { Shape } from '../graph/node.ts';
import { checkShape } from '../graph/shape.ts';

/**
 * Returns `shape` after checking it and its size: a tensor that is too large for the current device
 * is an error when it is built. An intermediate that only broadcasts may be larger, because no
 * kernel has to store it.
 */
export const newShape = (name: string, shape: Shape): Shape => checkSize(name, checkShape(name, shape));
