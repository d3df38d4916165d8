import { checkSize } from '../device/limits.ts';
import type { Shape } from '../graph/node.ts';
import { checkShape } from '../graph/shape.ts';

/**
 * The shape of a tensor to be made, checked, and by size as well: what is too large for the current
 * device is told now. (What broadcasting makes on the way may be larger if no kernel has to store
 * it.)
 */
export const newShape = (name: string, shape: Shape): Shape => checkSize(name, checkShape(name, shape));
