/** The latent factors of a face: independent standard normal variables that attributes share. */
export const factors = ['masculine', 'youth', 'smile', 'weight', 'glamour'] as const;

export type Factor = (typeof factors)[number];

/**
 * A standard normal variable Σ λ_f f + √(1 − Σ λ_f²) ε over the factors f, with the loadings λ and
 * an independent standard normal ε. The cuts divide it into intervals, the lowest first. Each
 * interval has its probability in per cent, and the name of the attribute that faces in it have, or
 * ''.
 */
interface Axis {
  readonly loadings: Partial<Record<Factor, number>>;
  readonly cuts: readonly (readonly [name: string, percent: number])[];
}

/**
 * Returns an axis with one attribute, which this percentage of the faces has: those highest on the
 * axis.
 */
const high = (name: string, percent: number, loadings: Axis['loadings'] = {}): Axis => ({
  loadings,
  cuts: [
    ['', 100 - percent],
    [name, percent],
  ],
});

/**
 * The axes of the attributes. Shares are those of the 202 599 faces of CelebA (Liu et al. 2015,
 * "Deep learning face attributes in the wild", list_attr_celeba.txt). Loadings are chosen: they
 * reproduce the signs of the strongest correlations there, not their sizes. Attributes on one axis
 * exclude each other. Big_Eyes replaces Attractive, which cannot be drawn.
 */
export const axes: readonly Axis[] = [
  high('Male', 41.68, { masculine: 1 }),
  high('Young', 77.36, { masculine: -0.4, youth: 0.9 }),
  high('Smiling', 48.21, { smile: 0.95, masculine: -0.2 }),
  high('High_Cheekbones', 45.5, { smile: 0.85, masculine: -0.3 }),
  high('Mouth_Slightly_Open', 48.34, { smile: 0.75, masculine: -0.15 }),
  high('Rosy_Cheeks', 6.57, { smile: 0.3, masculine: -0.5, glamour: 0.5 }),
  high('Narrow_Eyes', 11.51, { smile: 0.25, masculine: 0.1, youth: -0.1 }),
  high('Big_Eyes', 51.25, { masculine: -0.5, youth: 0.5, glamour: 0.4, weight: -0.3 }),
  high('Arched_Eyebrows', 26.7, { masculine: -0.6, glamour: 0.4 }),
  high('Bags_Under_Eyes', 20.46, { masculine: 0.35, youth: -0.4 }),
  high('Big_Lips', 24.08, { masculine: -0.3, glamour: 0.15 }),
  high('Big_Nose', 23.45, { masculine: 0.55, youth: -0.3, weight: 0.3 }),
  high('Pointy_Nose', 27.74, { masculine: -0.3, glamour: 0.2 }),
  high('Bushy_Eyebrows', 14.22, { masculine: 0.5 }),
  high('Chubby', 5.76, { weight: 0.8, masculine: 0.25, youth: -0.35 }),
  high('Double_Chin', 4.67, { weight: 0.8, masculine: 0.2, youth: -0.4 }),
  high('Oval_Face', 28.41, { masculine: -0.25, weight: -0.3, smile: 0.2 }),
  high('Pale_Skin', 4.29, { masculine: -0.25, youth: 0.15 }),
  high('Eyeglasses', 6.51, { masculine: 0.35, youth: -0.45, glamour: -0.2 }),
  high('Heavy_Makeup', 38.69, { masculine: -0.8, glamour: 0.5, youth: 0.2 }),
  high('Wearing_Lipstick', 47.24, { masculine: -0.9, glamour: 0.35 }),
  high('Wearing_Earrings', 18.89, { masculine: -0.6, glamour: 0.3 }),
  high('Wearing_Necklace', 12.3, { masculine: -0.5, glamour: 0.25 }),
  high('Wearing_Necktie', 7.27, { masculine: 0.7, youth: -0.35 }),
  high('Wearing_Hat', 4.85, { masculine: 0.3, glamour: -0.2 }),
  high('Bangs', 15.16, { masculine: -0.3, youth: 0.2 }),
  high('Receding_Hairline', 7.98, { masculine: 0.35, youth: -0.5 }),
  high('No_Beard', 83.49, { masculine: -0.85, youth: 0.15 }),
  high('Blurry', 5.09),
  {
    loadings: { masculine: 0.5, youth: -0.45, glamour: -0.2 },
    cuts: [
      ['Blond_Hair', 14.8],
      ['Brown_Hair', 20.52],
      ['', 34.32],
      ['Black_Hair', 23.93],
      ['Gray_Hair', 4.19],
      ['Bald', 2.24],
    ],
  },
  {
    loadings: { masculine: -0.5, glamour: 0.25 },
    cuts: [
      ['Straight_Hair', 20.84],
      ['', 47.2],
      ['Wavy_Hair', 31.96],
    ],
  },
];

/**
 * The kinds of beard, and the percentage of all faces that has each. For a face that is not
 * No_Beard, each kind is drawn independently.
 */
export const beards: readonly (readonly [name: string, percent: number])[] = [
  ['5_o_Clock_Shadow', 11.11],
  ['Goatee', 6.28],
  ['Mustache', 4.15],
  ['Sideburns', 5.65],
];

/** The names of the 40 attributes in CelebA's order, with Big_Eyes in the place of Attractive. */
export const faceAttributes = [
  '5_o_Clock_Shadow',
  'Arched_Eyebrows',
  'Big_Eyes',
  'Bags_Under_Eyes',
  'Bald',
  'Bangs',
  'Big_Lips',
  'Big_Nose',
  'Black_Hair',
  'Blond_Hair',
  'Blurry',
  'Brown_Hair',
  'Bushy_Eyebrows',
  'Chubby',
  'Double_Chin',
  'Eyeglasses',
  'Goatee',
  'Gray_Hair',
  'Heavy_Makeup',
  'High_Cheekbones',
  'Male',
  'Mouth_Slightly_Open',
  'Mustache',
  'Narrow_Eyes',
  'No_Beard',
  'Oval_Face',
  'Pale_Skin',
  'Pointy_Nose',
  'Receding_Hairline',
  'Rosy_Cheeks',
  'Sideburns',
  'Smiling',
  'Straight_Hair',
  'Wavy_Hair',
  'Wearing_Earrings',
  'Wearing_Hat',
  'Wearing_Lipstick',
  'Wearing_Necklace',
  'Wearing_Necktie',
  'Young',
] as const;

export type FaceAttribute = (typeof faceAttributes)[number];
