import type { Target } from '../compile.ts';
import type { Strided } from './contraction/contraction.ts';
import { isLarge, operands } from './contraction/operand.ts';
import { inRows, type Grid } from './rows.ts';

/** A kernel of rows of neighbours, or a large contraction, which has code of its own. */
export type WasmKernel =
  | { readonly kind: 'rows'; readonly grid: Grid }
  | { readonly kind: 'contraction'; readonly left: Strided; readonly right: Strided };

/**
 * WebAssembly has no limit of arrays, and compiles fast, so that a long chain of operations is one
 * kernel.
 */
export const target: Target<WasmKernel> = {
  name: 'webasm',
  traits: { isOwn: isLarge, vec4: true, mostInputs: Infinity, mostWork: 500, sameInEach: true },
  lower(root, _, isBuffer) {
    const pair = isLarge(root) ? operands(root, isBuffer) : undefined;
    if (pair) {
      const [left, right] = pair;
      const kernel = { kind: 'contraction', left: left.where, right: right.where } as const;
      return { kind: 'contraction', kernel, arrays: [left.array, right.array], scalars: [] };
    }
    const { kernel, grid } = inRows(root, isBuffer);
    return { ...kernel, kind: 'kernel', kernel: { kind: 'rows', grid } };
  },
};
