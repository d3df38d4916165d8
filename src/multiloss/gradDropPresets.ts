import type { SignDropOptions } from './signDrop.ts';

/**
 * Options of published versions, to be spread into gradDrop's: `paper` is Algorithm 1 to the
 * letter, `lingvo` the authors' own layer. Their ties, and lingvo's epsilon, are not imitated.
 */
export const gradDropPresets = {
  paper: { zeroSign: 'drop' },
  lingvo: { marginalize: 'batch', zeroSign: 'keep', preserveNorm: true },
} as const satisfies Record<string, SignDropOptions>;
