/** Returns a number with at most three decimals, a true minus sign, and no −0. */
export function plain(x: number): string {
  if (!Number.isFinite(x)) return String(x).replace('-', '−').replace('Infinity', '∞');
  const size = Math.abs(x);
  const text =
    size !== 0 && (size < 0.001 || size >= 1e6) ? size.toExponential(2) : String(Math.round(size * 1000) / 1000);
  return `${x < 0 && text !== '0' ? '−' : ''}${text.replace('e+', 'e').replace('e-', 'e−')}`;
}

/** Returns a number as `plain` does, with its sign even if it is positive. */
export const signed = (x: number): string => (x > 0 ? `+${plain(x)}` : plain(x));

/** Returns a probability with three decimals. */
export const share = (x: number): string => (Number.isNaN(x) ? 'NaN' : x.toFixed(3));

/** The letter of a loss: A, B, C … */
export const letterOf = (loss: number): string => String.fromCharCode(65 + loss);
