/** Returns the smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is at least x. */
export function niceAbove(x: number): number {
  if (!(x > 0) || !Number.isFinite(x)) return 10;
  const power = 10 ** Math.floor(Math.log10(x));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((f) => f * power >= x * (1 - 1e-9))!;
  return factor * power;
}

/**
 * The distance from 0 to the end of the axis, in percent of the track. The rest is a margin for
 * what has a width.
 */
export const reach = 44;

/**
 * Returns where x lies on an axis from −range to range, in percent of the track. What is far beyond
 * its end lies a little beyond it.
 */
export const percent = (x: number, range: number): number =>
  Number.isNaN(x) ? 50 : 50 + reach * Math.min(1.1, Math.max(-1.1, x / range));
