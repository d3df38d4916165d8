import { key, random, signDrop, tensor, type SignDropOptions, type Tensor } from '../../src/index.ts';
import type { Subject } from '../../src/testing/index.ts';
import { composedRule, right, type Steps } from './composedRule.ts';

/** U on a grid of 2^-bits, as a generator of few bits or a half-precision one gives it. */
const coarse =
  (bits: number): Steps['draws'] =>
  (options, shape) => {
    const U = right.draws(options, shape);
    if (options.draw !== undefined) return U;
    return U.mul(2 ** bits)
      .floor()
      .add(0.5)
      .mul(2 ** -bits);
  };

/** U drawn once for all positions along an axis of a layer of rank 2 or more. */
const shared =
  (axisOf: (rank: number) => number): Steps['draws'] =>
  (options, shape) => {
    if (options.draw !== undefined || shape.length < 2) return right.draws(options, shape);
    const axis = axisOf(shape.length);
    return right
      .draws(
        options,
        shape.map((d, a) => (a === axis ? 1 : d)),
      )
      .broadcastTo([...shape]);
  };

/** The norm over some axes only, of a layer of rank 2 or more. */
const normAlong =
  (axesOf: (rank: number) => number[]): Steps['norm'] =>
  (x) =>
    x.rank < 2
      ? right.norm(x)
      : x
          .square()
          .sum({ axis: axesOf(x.rank), keepDims: true })
          .sqrt();

/** Lists of axes read otherwise; 'batch' and 'none' are read as they should be. */
const lists =
  (read: (list: readonly number[], rank: number) => readonly number[]): Steps['axes'] =>
  (marginalize, rank) =>
    Array.isArray(marginalize)
      ? read(right.axes(marginalize as readonly number[], rank), rank)
      : right.axes(marginalize, rank);

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const one = (x: Tensor): Tensor => x.mul(0).add(1);

/** The library's rule with its options bent. */
const bent =
  (bend: (o: SignDropOptions) => SignDropOptions): Subject =>
  (o) =>
    signDrop(bend(o));

const without = (o: SignDropOptions, name: keyof SignDropOptions): SignDropOptions =>
  Object.fromEntries(Object.entries(o).filter(([other]) => other !== name));

/** What is wrong with a step of Algorithm 1, the step, and claims that must notice it. */
const wrongSteps: readonly (readonly [string, Partial<Steps>, readonly string[]])[] = [
  // Ties.
  [
    'ties go to the positive side',
    { masks: (G, f, U) => f.greaterEqual(U).unsqueeze(0).where(G.greater(0), G.less(0)) },
    ['ties'],
  ],
  [
    'ties drop both sides',
    {
      masks: (G, f, U) =>
        f
          .greater(U)
          .unsqueeze(0)
          .mul(G.greater(0))
          .add(f.less(U).unsqueeze(0).mul(G.less(0))),
    },
    ['ties'],
  ],
  [
    'ties go to the larger side',
    {
      masks: (G, f, U) =>
        f
          .greater(U)
          .maximum(f.equal(U).mul(G.sum({ axis: 0 }).greater(0)))
          .unsqueeze(0)
          .where(G.greater(0), G.less(0)),
    },
    ['ties'],
  ],
  // The norm.
  ['the norm is kept for each row', { norm: normAlong((rank) => [rank - 1]) }, ['norm-preserved']],
  ['the norm is kept for each column', { norm: normAlong((rank) => range(rank - 1)) }, ['norm-preserved']],
  ['the norm is kept at each position', { norm: (x) => x.abs() }, ['norm-preserved']],
  ['the sum of sizes is kept for the norm', { norm: (x) => x.abs().sum() }, ['norm-preserved']],
  // Draws.
  ['U is shared along the first axis', { draws: shared(() => 0) }, ['key-to-the-last-bit', 'draws-independent']],
  [
    'U is shared along the last axis',
    { draws: shared((rank) => rank - 1) },
    ['key-to-the-last-bit', 'draws-independent'],
  ],
  [
    'U is shared along the second axis, at rank 3 alone',
    { draws: (options, shape) => (shape.length === 3 ? shared(() => 1) : right.draws)(options, shape) },
    ['key-to-the-last-bit', 'draws-independent'],
  ],
  [
    'U is one number for the layer',
    {
      draws: (options, shape) =>
        options.draw === undefined ? random.uniform(options.key!) : right.draws(options, shape),
    },
    ['key-to-the-last-bit', 'draws-independent', 'same-key-same-masks', 'prop3-sampled'],
  ],
  ...[8, 16, 22].map(
    (bits) => [`U is on a grid of 2^-${bits}`, { draws: coarse(bits) }, ['key-to-the-last-bit']] as const,
  ),
  [
    'every key gives the same draws',
    { draws: (options, shape) => right.draws({ ...options, ...(options.key && { key: key(1) }) }, shape) },
    ['draws-independent'],
  ],
  [
    'the draw that is given is rounded to half precision',
    {
      draws: (options, shape) => {
        const U = right.draws(options, shape);
        return options.draw === undefined ? U : U.mul(2048).round().div(2048);
      },
    },
    ['draws-counted', 'figure-1'],
  ],
  // Lists of axes.
  ['a list of axes is read as the batch', { axes: lists(() => [0]) }, ['marginalize-lists']],
  ['a list of axes is ignored', { axes: lists(() => []) }, ['marginalize-lists']],
  ['only the first axis of a list counts', { axes: lists((list) => list.slice(0, 1)) }, ['marginalize-lists']],
  [
    'a list names the axes that stay',
    { axes: lists((list, rank) => range(rank).filter((a) => !list.includes(a))) },
    ['marginalize-lists'],
  ],
  [
    'axes are counted with the lanes’ axis',
    { axes: lists((list) => list.map((a) => a - 1).filter((a) => a >= 0)) },
    ['marginalize-lists'],
  ],
  [
    'axes are counted from the end',
    { axes: lists((list, rank) => list.map((a) => rank - 1 - a)) },
    ['marginalize-lists'],
  ],
  ['an empty list means the batch', { axes: lists((list) => (list.length === 0 ? [0] : list)) }, ['marginalize-lists']],
  // Purity and keep function.
  [
    'the purity counts losses, not sizes',
    { purity: (_, __, G) => right.purity(G.sign().sum({ axis: 0 }), G.sign().abs().sum({ axis: 0 }), G) },
    ['figure-1', 'law-of-the-update', 'draws-counted'],
  ],
  ['the purity has an epsilon', { purity: (D, S) => D.div(S.add(1e-7)).add(1).mul(0.5) }, ['purity-bounds', 'scaling']],
  [
    'the purity goes from −1 to 1',
    { purity: (D, S) => D.div(S.equal(0).where(1, S)) },
    ['purity-bounds', 'figure-1', 'law-of-the-update'],
  ],
  [
    'keep functions get 1 − P',
    { chance: (P, options) => (options.keep ? right.chance(P.neg().add(1), options) : right.chance(P, options)) },
    ['prop3-admissible-keep', 'purity-bounds'],
  ],
  [
    'one side in conflict with itself is dropped',
    { masks: (G, f, U) => right.masks(G, f, U).mul(G.sum({ axis: 0 }).notEqual(0).unsqueeze(0)) },
    ['prop1', 'prop1-admissible-keep', 'prop1-virtual-weight'],
  ],
  [
    'gradients are weighted by A, not by its sign (Equation 3)',
    { signs: (h) => h },
    ['prop1-virtual-weight', 'prop1-virtual-weight-printed', 'virtual-weight-unbiased'],
  ],
  // Leaks and masks.
  ['the leak is added to what is kept', { share: (leak, kept) => leak.add(kept) }, ['leak-law', 'leak-one-is-the-sum']],
  [
    'everything passes',
    { masks: (G) => one(G) },
    [
      'prop1',
      'prop1-admissible-keep',
      'prop3-variance',
      'prop2-bounds',
      'prop2-small-k',
      'prop2-above-ratio',
      'prop2-deepest-fall',
      'prop2-squares-above-ratio',
      'prop2-random-graddrop',
      'identity-random-graddrop',
      'draws-counted',
      'ties',
    ],
  ],
  [
    'masks of one sign pass twice',
    { masks: (G, f, U) => right.masks(G, f, U).mul(tensor(2)) },
    ['prop2-bounds', 'sign-purity', 'prop3-mean-sgd'],
  ],
  [
    'a leak counts for every loss',
    { share: (leak, kept) => right.share(leak.max(), kept) },
    ['prop1-transfer', 'prop1-leaks', 'leak-law'],
  ],
  [
    'lanes pass as their signs',
    { masks: (G, f, U) => right.masks(G, f, U).div(G.abs().maximum(1e-30)) },
    ['prop2-literal-every-k', 'prop2-common-minimum', 'scaling'],
  ],
  [
    'Σ|G| is capped, so that it does not overflow',
    { purity: (D, S) => right.purity(D, S.minimum(1e30), D) },
    ['extremes'],
  ],
  [
    'the weaker side is preferred',
    { chance: (P, options) => right.chance(P, options).neg().add(1) },
    [
      'law-of-the-update',
      'prop2-below-ratio',
      'prop2-squares-below-ratio',
      'prop2-norm-below-ratio',
      'prop3-mean',
      'prop3-sampled',
      'identity-one-lane',
      'identity-agreeing-lanes',
      'native-is-composed',
    ],
  ],
  [
    'half of the losses are kept whatever their sign',
    { masks: (G, _, U) => U.less(0.5).broadcastTo(G.shape) },
    ['sign-purity', 'law-of-the-update', 'prop3-variance', 'prop2-norm-above-ratio', 'negation'],
  ],
  [
    'the first loss is never dropped',
    { masks: (G, f, U) => right.masks(G, f, U).maximum(one(G).cumsum({ axis: 0 }).equal(1)) },
    ['permutation', 'sign-purity', 'law-of-the-update'],
  ],
];

/** Options of the library's rule that are forgotten or read otherwise. */
const wrongOptions: readonly (readonly [string, Subject, readonly string[]])[] = [
  ['k is forgotten', bent((o) => without(o, 'k')), ['law-of-the-update', 'prop3-variance', 'prop3-sampled']],
  [
    'the leak is forgotten',
    bent((o) => without(o, 'leak')),
    ['leak-law', 'leak-one-is-the-sum', 'prop1-leaks', 'prop1-leaks-naive'],
  ],
  [
    'the keep function is forgotten',
    bent((o) => without(o, 'keep')),
    ['prop3-admissible-keep', 'prop3-two-keeps', 'prop3-sampled-keep', 'purity-bounds'],
  ],
  [
    'the norm is not kept',
    bent((o) => without(o, 'preserveNorm')),
    ['norm-preserved', 'prop1-norm-preserved', 'prop1-norm-preserved-naive'],
  ],
  [
    'the sign of zero is always kept',
    bent((o) => without(o, 'zeroSign')),
    ['native-is-composed', 'prop1-sign-of-zero-positive'],
  ],
  [
    'the sign of the activation is not read',
    bent((o) => ({ ...o, inputSign: false })),
    ['sign-purity', 'virtual-weight-unbiased', 'prop1-virtual-weight', 'lanes-are-multigrad'],
  ],
];

/**
 * Faults of a rule that is put to the claims: what is wrong, the rule, and claims that must notice
 * it.
 */
export const faults: readonly (readonly [string, Subject, readonly string[]])[] = [
  ...wrongSteps.map(([what, steps, names]) => [what, composedRule(steps), names] as const),
  ...wrongOptions,
];
