import { chiSquareP, fairCoinsP, poissonBelow, poissonFrom, twoSided } from './tails.ts';

/**
 * Tests of random numbers. Each gives a p-value: for independent uniform draws, P(p ≤ α) ≤ α. A threshold α on each of n tests
 * therefore rejects a perfect generator with probability n α at most.
 */
type Draws = ArrayLike<number>;

/** χ² of counts against equal shares. */
function evenness(counts: ArrayLike<number>, n: number): number {
  const share = n / counts.length;
  let statistic = 0;
  for (let i = 0; i < counts.length; i++) statistic += (counts[i]! - share) ** 2 / share;
  return chiSquareP(statistic, counts.length - 1);
}

/** Whether draws fall evenly into `cells` equal intervals, an odd number of them. */
export function equidistributionP(draws: Draws, cells = 1023): number {
  const counts = new Float64Array(cells);
  for (let i = 0; i < draws.length; i++) counts[Math.floor(draws[i]! * cells)]!++;
  return evenness(counts, draws.length);
}

/** Whether points of several sequences, (a_i, b_i, …), fall evenly into cubes with `side` (odd) cells along each axis. */
export function pointsP(sequences: readonly Draws[], side: number): number {
  const n = Math.min(...sequences.map((s) => s.length));
  const counts = new Float64Array(side ** sequences.length);
  for (let i = 0; i < n; i++) counts[sequences.reduce((cell, s) => cell * side + Math.floor(s[i]! * side), 0)]!++;
  return evenness(counts, n);
}

/** The serial test: groups of `group` draws in a row that do not overlap, as points. */
export function serialP(draws: Draws, group: number, side: number): number {
  const n = Math.floor(draws.length / group);
  const parts = Array.from({ length: group }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => draws[i * group + k]!),
  );
  return pointsP(parts, side);
}

/**
 * Kolmogorov–Smirnov: the largest distance D of the empirical distribution from the uniform one. P(D > d) ≤ 2 exp(−2 n d²) for every n
 * (Dvoretzky, Kiefer & Wolfowitz 1956, with Massart's constant).
 */
export function kolmogorovSmirnovP(draws: Draws): number {
  const sorted = Float64Array.from(draws).sort();
  const n = sorted.length;
  const distance = sorted.reduce((d, x, i) => Math.max(d, x - i / n, (i + 1) / n - x), 0);
  return Math.min(1, 2 * Math.exp(-2 * n * distance ** 2));
}

/** Runs: how often neighbours lie on different sides of ½, n − 1 fair coins. */
export function runsP(draws: Draws): number {
  let changes = 0;
  for (let i = 1; i < draws.length; i++) if (draws[i]! < 0.5 !== draws[i - 1]! < 0.5) changes++;
  return fairCoinsP(changes, draws.length - 1);
}

/**
 * Birthday spacings (Marsaglia 1985): of m birthdays in a year of d days, the number of spacings that occur again is nearly Poisson with
 * mean m³/4d. Years of `birthdays` draws each are added up.
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
  const mean = (years * birthdays ** 3) / (4 * days);
  return twoSided(poissonBelow(again + 1, mean), poissonFrom(again, mean));
}

/**
 * Avalanche: of `samples` inputs, how often each of 32 output bits changes with each input bit: half of the time. The
 * smallest p-value of all pairs, times their number.
 */
export function avalancheP(
  hash: (...words: number[]) => number,
  inputs: readonly (readonly number[])[],
  words: number,
): number {
  let worst = 1;
  for (let bit = 0; bit < 32 * words; bit++) {
    const changes = new Float64Array(32);
    for (const input of inputs) {
      const other = input.map((w, i) => (i === bit >> 5 ? w ^ (1 << (bit & 31)) : w));
      const difference = hash(...input) ^ hash(...other);
      for (let out = 0; out < 32; out++) changes[out]! += (difference >>> out) & 1;
    }
    worst = changes.reduce((p, heads) => Math.min(p, fairCoinsP(heads, inputs.length)), worst);
  }
  return Math.min(1, worst * 32 * 32 * words);
}
