/**
 * Where a function that falls from f(0) ≥ 0 to f(most) ≤ 0 crosses 0: a secant between the ends, halving the value at an end that has
 * stood still twice (the Illinois form of false position, Dowell and Jarratt 1971).
 */
export function fallsToZero(f: (t: number) => number, most: number): number {
  let [low, high] = [0, most];
  let [above, below] = [f(low), f(high)];
  let moved = 0;
  for (let step = 0; step < 100 && high - low > 1e-15 * high; step++) {
    const secant = (low * below - high * above) / (below - above);
    const t = secant > low && secant < high ? secant : (low + high) / 2;
    const y = f(t);
    if (y === 0) return t;
    if (y > 0) {
      [low, above] = [t, y];
      if (moved > 0) below /= 2;
    } else {
      [high, below] = [t, y];
      if (moved < 0) above /= 2;
    }
    moved = Math.sign(y);
  }
  return high;
}
