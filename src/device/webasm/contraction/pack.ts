import { sizeOf, type Node } from '../../../graph/node.ts';
import { counter, floorDiv, ravel, scale, sum, unravel } from '../../../kernel/affine.ts';
import { translator } from '../../../kernel/body.ts';
import type { KernelCode } from '../../../kernel/code.ts';
import { element, row } from '../integers.ts';
import type { Grid } from '../rows.ts';

/**
 * The kernel that packs an operand of a contraction into panels, [examples][panels][steps][width]:
 * for each step of the sum, a panel holds `width` rows of the operand next to each other. A row of
 * the kernel's grid is four rows of the operand.
 */
export interface Packing {
  readonly code: KernelCode;
  readonly grid: Grid;
  readonly width: number;
  /** The number of rows of one example of the operand; `panels` is the number of its panels. */
  readonly rows: number;
  readonly panels: number;
}

/**
 * Returns the stored array behind an operand of the contraction y, and the kernel that packs it.
 * `outer` is the number of the operand's row axes. Returns undefined if anything but views lies
 * between the array and the operand.
 */
export function packing(
  operand: Node,
  y: Node<'contract'>,
  outer: number,
  width: number,
  isBuffer: (node: Node) => boolean,
): { readonly array: Node; readonly packing: Packing } | undefined {
  const { batch } = y.attrs;
  const shapes = [operand.shape.slice(0, batch), operand.shape.slice(batch, batch + outer)] as const;
  const steps = operand.shape.slice(batch + outer);
  const [examples, rows, length] = [...shapes, steps].map(sizeOf) as [number, number, number];
  const panels = Math.ceil(rows / width);
  const vectors = width / 4;

  const [example, panel, vector] = unravel(counter(row, examples * panels * vectors), [examples, panels, vectors]);
  const column = sum(scale(vector!, 4), counter(element, 4));
  // The last panel begins early enough to be full.
  const early = panels > 1 ? scale(floorDiv(panel!, panels - 1), rows - panels * width) : scale(panel!, 0);
  const own = sum(scale(panel!, width), column, early);
  const k = steps.map((n, i) => counter(`k${i}`, n));

  const { value, kernel } = translator(y, isBuffer);
  const code = value(operand, [...unravel(example!, shapes[0]), ...unravel(own, shapes[1]), ...k]);
  const packed = kernel([code]);
  if (code.kind !== 'read' || packed.code.places.size > 0) return undefined;
  const place = ravel([example!, panel!, ravel(k, steps), column], [examples, panels, length, width]);
  const loops = steps.map((size, i) => ({ name: `k${i}`, size })).filter(({ size }) => size > 1);
  const grid = { rows: examples * panels * vectors, inner: 4, place, loops, inBlocks: false };
  return { array: packed.arrays[code.array]!, packing: { code: packed.code, grid, width, rows, panels } };
}
