/**
 * Returns a number with at most three decimals, or three digits if it is below 1; with a true minus
 * sign, and without −0.
 */
export function plain(x: number): string {
  if (!Number.isFinite(x)) return String(x).replace('-', '−').replace('Infinity', '∞');
  const size = Math.abs(x);
  const rounded = size < 1 ? Number(size.toPrecision(3)) : Math.round(size * 1000) / 1000;
  const text = size !== 0 && (size < 0.001 || size >= 1e6) ? size.toExponential(2) : String(rounded);
  return `${x < 0 && text !== '0' ? '−' : ''}${text.replace('e+', 'e').replace('e-', 'e−')}`;
}

/** Returns a number as `plain` does, with its sign even if it is positive. */
export const signed = (x: number): string => (x > 0 ? `+${plain(x)}` : plain(x));

/**
 * Returns a probability with three decimals. One that only rounds to 0 or 1 is written as a bound,
 * since both outcomes are possible.
 */
export function share(x: number): string {
  if (x > 0 && x < 0.0005) return '<0.001';
  if (x < 1 && x >= 0.9995) return '>0.999';
  return Number.isNaN(x) ? 'NaN' : x.toFixed(3);
}

/** The letter of a loss: A, B, C … */
export const letterOf = (loss: number): string => String.fromCharCode(65 + loss);
