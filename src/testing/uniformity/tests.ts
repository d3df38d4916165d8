import { chiSquareP, fairCoinsP, poissonBelow, poissonFrom, twoSided } from './tails.ts';

/**
 * Tests of random numbers. Each returns a p-value: for independent uniform draws, P(p ≤ α) ≤ α.
 * With threshold α, n tests therefore reject a perfect generator with probability at most n α.
 */
type Draws = ArrayLike<number>;

/** The χ² test of counts against their expectations. */
function fitP(counts: ArrayLike<number>, expected: (i: number) => number): number {
  let statistic = 0;
  for (let i = 0; i < counts.length; i++) statistic += (counts[i]! - expected(i)) ** 2 / expected(i);
  return chiSquareP(statistic, counts.length - 1);
}

/** The χ² test of counts against equal shares. */
const evenness = (counts: ArrayLike<number>, n: number): number => fitP(counts, () => n / counts.length);

/** Tests whether draws are equidistributed over `cells` equal intervals; `cells` must be odd. */
export function equidistributionP(draws: Draws, cells = 1023): number {
  const counts = new Float64Array(cells);
  for (let i = 0; i < draws.length; i++) counts[Math.floor(draws[i]! * cells)]!++;
  return evenness(counts, draws.length);
}

/**
 * Tests whether the points (a_i, b_i, …) of several sequences are equidistributed over cubes, with
 * `side` cells along each axis; `side` must be odd.
 */
export function pointsP(sequences: readonly Draws[], side: number): number {
  const n = Math.min(...sequences.map((s) => s.length));
  const counts = new Float64Array(side ** sequences.length);
  for (let i = 0; i < n; i++) counts[sequences.reduce((cell, s) => cell * side + Math.floor(s[i]! * side), 0)]!++;
  return evenness(counts, n);
}

/**
 * The serial test: consecutive groups of `group` draws, without overlap, are points for `pointsP`.
 */
export function serialP(draws: Draws, group: number, side: number): number {
  const n = Math.floor(draws.length / group);
  const parts = Array.from({ length: group }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => draws[i * group + k]!),
  );
  return pointsP(parts, side);
}

/**
 * The serial test for pairs of draws at distance `lag`. Each draw is in one pair only, because the
 * points must be independent.
 */
export function laggedP(draws: Draws, lag: number, side: number): number {
  const n = Math.floor(draws.length / (2 * lag)) * lag;
  const place = (i: number): number => 2 * lag * Math.floor(i / lag) + (i % lag);
  const [first, second] = [0, lag].map((later) => Float64Array.from({ length: n }, (_, i) => draws[place(i) + later]!));
  return pointsP([first!, second!], side);
}

/**
 * The Kolmogorov–Smirnov test, with the largest distance D of the empirical distribution from the
 * uniform one: P(D > d) ≤ 2 exp(−2 n d²) for every n (Dvoretzky, Kiefer & Wolfowitz 1956, with
 * Massart's constant).
 */
export function kolmogorovSmirnovP(draws: Draws): number {
  const sorted = Float64Array.from(draws).sort();
  const n = sorted.length;
  const distance = sorted.reduce((d, x, i) => Math.max(d, x - i / n, (i + 1) / n - x), 0);
  return Math.min(1, 2 * Math.exp(-2 * n * distance ** 2));
}

/**
 * The runs test about the median: whether neighbours lie on different sides of ½ is n − 1 fair
 * coins.
 */
export function runsP(draws: Draws): number {
  let changes = 0;
  for (let i = 1; i < draws.length; i++) if (draws[i]! < 0.5 !== draws[i - 1]! < 0.5) changes++;
  return fairCoinsP(changes, draws.length - 1);
}

/**
 * The runs-up test (Knuth, The Art of Computer Programming 2, 3.3.2 G and exercise 14) counts the
 * lengths of ascending runs. The draw that ends a run is left out, which makes runs independent:
 * one has length r with probability 1/r! − 1/(r+1)!, and 7 or more with 1/7!.
 */
export function runsUpP(draws: Draws): number {
  const counts = new Float64Array(7);
  for (let i = 0; ; i++) {
    let r = 1;
    while (i + 1 < draws.length && draws[i + 1]! > draws[i]!) {
      i++;
      r++;
    }
    // The last run may be incomplete.
    if (++i >= draws.length) break;
    counts[Math.min(r, 7) - 1]!++;
  }
  const n = counts.reduce((a, b) => a + b, 0);
  const factorial = (r: number): number => (r <= 1 ? 1 : r * factorial(r - 1));
  return fitP(counts, (i) => n * (1 / factorial(i + 1) - (i === 6 ? 0 : 1 / factorial(i + 2))));
}

/**
 * The birthday spacings test (Marsaglia 1985). For m birthdays in a year of d days, the number of
 * repeated spacings is nearly Poisson; its mean tends to m³/4d. Two of m spacings around a circle
 * are equal with probability (m−1)/2d, three with m²/3d²; three equal ones are two repeats, not
 * three pairs. So the mean is m(m−1)²/4d − m⁵/18d², which is 1 % less here. Years of `birthdays`
 * draws each are added up.
 */
export function birthdaySpacingsP(draws: Draws, birthdays: number, days: number): number {
  const years = Math.floor(draws.length / birthdays);
  let again = 0;
  for (let y = 0; y < years; y++) {
    const dates = Float64Array.from({ length: birthdays }, (_, i) =>
      Math.floor(draws[y * birthdays + i]! * days),
    ).sort();
    const spacings = dates.map((d, i) => (i === 0 ? d + days - dates[birthdays - 1]! : d - dates[i - 1]!)).sort();
    for (let i = 1; i < birthdays; i++) if (spacings[i] === spacings[i - 1]) again++;
  }
  const [m, d] = [birthdays, days];
  const mean = years * ((m * (m - 1) ** 2) / (4 * d) - m ** 5 / (18 * d ** 2));
  return twoSided(poissonBelow(again + 1, mean), poissonFrom(again, mean));
}

/**
 * The avalanche test: over many inputs, each of 32 output bits should change with each input bit
 * half of the time. Returns the smallest p-value of all pairs, times their number.
 */
export function avalancheP(
  hash: (...words: number[]) => number,
  inputs: readonly (readonly number[])[],
  words: number,
): number {
  let worst = 1;
  for (let bit = 0; bit < 32 * words; bit++) {
    const changes = new Float64Array(32);
    // Only inputs in which the bit is 0 are counted: two inputs that differ in this bit are one
    // coin.
    const sources = inputs.filter((input) => ((input[bit >> 5]! >>> (bit & 31)) & 1) === 0);
    for (const input of sources) {
      const other = input.map((w, i) => (i === bit >> 5 ? w ^ (1 << (bit & 31)) : w));
      const difference = hash(...input) ^ hash(...other);
      for (let out = 0; out < 32; out++) changes[out]! += (difference >>> out) & 1;
    }
    worst = changes.reduce((p, heads) => Math.min(p, fairCoinsP(heads, sources.length)), worst);
  }
  return Math.min(1, worst * 32 * 32 * words);
}
