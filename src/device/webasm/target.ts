import type { Target } from '../compile.ts';
import { productOf, type Product } from './contraction/contraction.ts';
import { isLarge } from './contraction/isLarge.ts';
import { inRows, type Grid } from './rows.ts';

/** A kernel of rows and its cost, or a large contraction, for which there is separate code. */
export type WasmKernel =
  | { readonly kind: 'rows'; readonly grid: Grid; readonly cost: number }
  | { readonly kind: 'contraction'; readonly product: Product };

/**
 * The target of webasm. The number of arrays is not limited, and compilation is fast, so a long
 * chain of operations becomes one kernel.
 */
export const target: Target<WasmKernel> = {
  name: 'webasm',
  traits: { isOwn: isLarge, vec4: true, mostInputs: Infinity, mostWork: 500, sameInEach: true },
  lower(root, _, isBuffer) {
    const found = isLarge(root) ? productOf(root, isBuffer) : undefined;
    if (found) {
      const kernel = { kind: 'contraction', product: found.product } as const;
      return { kind: 'contraction', kernel, arrays: found.arrays, scalars: [] };
    }
    const { kernel, grid, cost } = inRows(root, isBuffer);
    return { ...kernel, kind: 'kernel', kernel: { kind: 'rows', grid, cost } };
  },
};
