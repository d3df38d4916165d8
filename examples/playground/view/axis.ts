/** Returns the smallest of 1, 1.5, 2, 3, 5, 7.5 times a power of ten that is at least x. */
export function niceAbove(x: number): number {
  if (!(x > 0) || !Number.isFinite(x)) return 10;
  const power = 10 ** Math.floor(Math.log10(x));
  const factor = [1, 1.5, 2, 3, 5, 7.5, 10].find((f) => f * power >= x * (1 - 1e-9))!;
  return factor * power;
}

/** Returns where x lies on an axis from −range to range, in percent. What is beyond lies at its end. */
export const percent = (x: number, range: number): number =>
  Number.isNaN(x) ? 50 : 50 + 50 * Math.min(1, Math.max(-1, x / range));
