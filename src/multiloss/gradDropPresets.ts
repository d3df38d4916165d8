import type { SignDropOptions } from './signDrop.ts';

/**
 * Options of published versions, to be spread into gradDrop's options. `paper` is Algorithm 1 to
 * the letter, `lingvo` is the authors' own layer. Their handling of ties and lingvo's epsilon are
 * not reproduced.
 */
export const gradDropPresets = {
  paper: { zeroSign: 'drop' },
  lingvo: { marginalize: 'batch', zeroSign: 'keep', preserveNorm: true },
} as const satisfies Record<string, SignDropOptions>;
