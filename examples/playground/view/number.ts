/**
 * Writes a number in the space of a box: whole numbers of up to five digits as they are, others
 * with at most `digits` significant digits, and with an exponent if there would be zeros in place
 * of digits.
 */
export function short(x: number, digits = 4): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞';
  if (Object.is(x, -0)) return '−0';
  const size = Math.abs(x);
  if (Number.isInteger(x) && size < 1e5) return String(x).replace('-', '−');
  const text =
    size >= 1e-3 && size < 10 ** digits
      ? String(Number(x.toPrecision(digits)))
      : x
          .toExponential(digits - 2)
          .replace(/\.?0*e/, 'e')
          .replace('e+', 'e');
  return text.replaceAll('-', '−');
}

/** Writes a number with all its digits. */
export const full = (x: number): string =>
  Number.isFinite(x) && !Object.is(x, -0) ? String(x).replaceAll('-', '−') : short(x);

/** Writes a shape: `[2, 3]`, and nothing for a scalar. */
export const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? '' : `[${shape.join(', ')}]`);

/** Writes `count` and a noun: `1 node`, `2 nodes`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
