import fc from 'fast-check';
import { caseClaim } from '../caseClaim.ts';
import type { Claim } from '../claim.ts';
import { deepestFall, lowestRatio, sidesOf } from './closedForms.ts';
import { gradients, slope, someOf } from './generators.ts';
import { growing, growthUpTo, norm, oneAbsolute, ratio, squares, withChances } from './growth.ts';
import { commonMinimum } from './minima.ts';
import { movingWeight } from './parabolas.ts';
import { expectedNorm, lawsOf } from './positions.ts';
import { normSnippet } from './snippets.ts';

const paper = 'Chen et al. 2020, Proposition 2';
/** The ratio above which the norm does not fall, whatever the other positions hold. */
const steady = (k: number): number => k / (1 + k);
const positive = (k: number): boolean => k > 0;
const here = 'derived in docs/propositions.md, Proposition 2';

/**
 * Proposition 2: the norm is sensitive to every loss. The claims state it as printed, and what is
 * true of it.
 */
export const proposition2: readonly Claim[] = [
  growing({
    name: 'prop2-printed',
    statement:
      'E|X| does not fall when one loss’s |g_i| grows (its minimum moves away) and the others stay: one position, every k in [0, 1].',
    source: paper,
    expected: 'fails',
    ...oneAbsolute,
  }),
  growing({
    name: 'prop2-printed-positions',
    statement:
      'E‖X‖₂ over several positions does not fall when one |g_i| grows and the others stay: every k in [0, 1].',
    source: paper,
    expected: 'fails',
    more: 2,
    ...norm,
  }),
  growing({
    name: 'prop2-printed-small-k',
    statement: 'E‖X‖₂ over several positions does not fall when one |g_i| grows and the others stay: k = 1/10.',
    source: paper,
    expected: 'fails',
    more: 2,
    slopes: () => fc.constant(0.1),
    ...norm,
  }),
  growing({
    name: 'prop2-small-k',
    statement: 'One position, k ≤ 1/3: E|X| does not fall when any |g_i| grows.',
    source: here,
    slopes: (context) => slope(context, (k) => k <= 1 / 3),
    ...oneAbsolute,
  }),
  growing({
    name: 'prop2-above-ratio',
    statement:
      'One position, every k: E|X| does not fall when |g_i| grows from r = p/q ≥ r*(k) = 2√(k/(1+k)) − 1 on (its own side over the other).',
    source: here,
    only: (c) => ratio(c) >= lowestRatio(c.k),
    ...oneAbsolute,
  }),
  growing({
    name: 'prop2-below-ratio',
    statement: 'One position, every k > 1/3: E|X| falls when |g_i| grows to r ≤ r*(k).',
    source: here,
    falls: true,
    growths: (context) =>
      growthUpTo(
        lowestRatio,
        slope(context, (k) => k > 1 / 3),
      ),
    ...oneAbsolute,
  }),
  growing({
    name: 'prop2-deepest-fall',
    statement:
      'One position, k > 1/3: however |g_i| grows, E|X| keeps at least the share 4(√(k(1+k)) − k)/(1+k) of its value; 2√2 − 2 ≈ 0.828 for k = 1.',
    source: here,
    floor: (c) => deepestFall(c.k),
    ...oneAbsolute,
  }),
  growing({
    name: 'prop2-squares-above-ratio',
    statement: 'Several positions: E‖X‖₂² does not fall when |g_i| grows at a position with r ≥ k/(1+k).',
    source: here,
    more: 2,
    only: (c) => ratio(c) >= steady(c.k),
    ...squares,
  }),
  growing({
    name: 'prop2-squares-below-ratio',
    statement: 'Every k > 0: E‖X‖₂² falls when |g_i| grows at a position to r ≤ k/(1+k), whatever the others hold.',
    source: here,
    falls: true,
    growths: (context) => growthUpTo(steady, slope(context, positive), () => [[3, -1], [2]]),
    ...squares,
  }),
  growing({
    name: 'prop2-norm-above-ratio',
    statement:
      'Several positions: E‖X‖₂ does not fall when |g_i| grows at a position with r ≥ k/(1+k), whatever the others hold.',
    source: here,
    more: 2,
    only: (c) => ratio(c) >= steady(c.k),
    ...norm,
  }),
  growing({
    name: 'prop2-norm-below-ratio',
    statement:
      'Several positions, every k > 0: beside gradients (c, −c), c ten times what pulls against |g_i|, E‖X‖₂ falls when |g_i| grows to r ≤ 0.9 k/(1+k).',
    source: here,
    falls: true,
    growths: (context) =>
      growthUpTo(
        (k) => 0.9 * steady(k),
        slope(context, positive),
        (against) => [[10 * against, -10 * against]],
      ),
    ...norm,
  }),
  growing({
    name: 'prop2-random-graddrop',
    statement: 'k = 0, several positions: E‖X‖₂ does not fall when any |g_i| grows.',
    source: here,
    more: 2,
    slopes: () => fc.constant(0),
    ...norm,
  }),
  caseClaim<{ readonly positions: readonly (readonly number[])[]; readonly k: number }>({
    name: 'prop2-bounds',
    group: 'Proposition 2',
    statement:
      'For every k: S/2 ≤ E|X| ≤ S at one position and ½‖S‖₂ ≤ E‖X‖₂ ≤ ‖S‖₂ over several; both ends rise with every |g_i|.',
    source: here,
    expected: 'holds',
    tolerance: '1e-6 of ‖S‖: the bounds are attained, and float64 rounds them',
    devices: 'all',
    cases: (context) => fc.record({ positions: someOf(gradients, 3, [0]), k: slope(context) }),
    async judge(cases, context) {
      const laws = await lawsOf(
        context,
        cases.flatMap((c) => withChances(c.positions, c.k)),
      );
      let at = 0;
      return cases.map(({ positions }) => {
        const value = expectedNorm(laws.slice(at, (at += positions.length)));
        const S = Math.hypot(...positions.map((g) => sidesOf(g).S));
        return value >= S / 2 - 1e-6 * S && value <= S + 1e-6 * S ? undefined : `E‖X‖₂ = ${value} with ‖S‖₂ = ${S}`;
      });
    },
    snippet: ({ positions, k }) => normSnippet('Math.sqrt(s)', k, withChances(positions, k)),
  }),
  ...movingWeight,
  commonMinimum,
];
