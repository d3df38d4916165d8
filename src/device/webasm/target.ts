import { inRows } from '../codegen/rows.ts';
import type { Target } from '../compile.ts';
import { isLarge, operands } from './contraction/operand.ts';

/**
 * WebAssembly has no limit of arrays, and compiles fast: the compiled chain of 100 operations and its gradient (W7 of the benchmark) is one
 * kernel in place of 116, and takes 2 µs in place of 8.
 */
export const target: Target = {
  name: 'webasm',
  traits: { isOwn: isLarge, byFours: true, mostInputs: Infinity, mostWork: 500, sameInEach: true },
  operands: (node, isBuffer) => (isLarge(node) ? operands(node, isBuffer) : undefined),
  source(root, _, isBuffer) {
    const { kernel, grid } = inRows(root, isBuffer);
    return { text: '', byFours: [], numbers: [], kernel, lanes: 1, grid };
  },
};
