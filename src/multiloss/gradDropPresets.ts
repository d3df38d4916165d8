import type { SignDropOptions } from './signDrop.ts';

/**
 * The options of published versions of GradDrop, to be spread into the options, as in `gradDrop(h,
 * 2, { key, ...gradDropPresets.lingvo })`. `paper` is Algorithm 1 to the letter, and `lingvo` is
 * the layer that the authors published. Two details are not reproduced: their treatment of a draw
 * that equals f(P), and lingvo's epsilon.
 */
export const gradDropPresets = {
  paper: { zeroSign: 'drop' },
  lingvo: { marginalize: 'batch', zeroSign: 'keep', preserveNorm: true },
} as const satisfies Record<string, SignDropOptions>;
