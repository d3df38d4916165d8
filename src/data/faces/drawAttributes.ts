import type { Draws } from '../world/draws.ts';
import { normalQuantile } from '../world/normal.ts';
import { axes, beards, faceAttributes, factors } from './attributes.ts';

const indexOf = (name: string): number => (faceAttributes as readonly string[]).indexOf(name);

/**
 * The axes as `drawAttributes` needs them: `weights` are the loadings of all factors, and `own` is
 * that of ε. Each interval has the index of its attribute, −1 for none, and ends below `upTo`.
 */
const ready = axes.map(({ loadings, cuts }) => {
  let below = 0;
  const weights = factors.map((factor) => loadings[factor] ?? 0);
  return {
    weights,
    own: Math.sqrt(Math.max(0, 1 - weights.reduce((sum, w) => sum + w * w, 0))),
    cuts: cuts.map(([name, percent], i) => {
      below += percent / 100;
      return { index: indexOf(name), upTo: i === cuts.length - 1 ? Infinity : normalQuantile(below) };
    }),
  };
});

const noBeard = indexOf('No_Beard');
const bearded = 100 - axes.find(({ cuts }) => cuts.at(-1)![0] === 'No_Beard')!.cuts.at(-1)![1];
const kinds = beards.map(([name, percent]) => ({ index: indexOf(name), share: percent / bearded }));

/**
 * Draws the 40 attributes of one face, and writes 1 to `labels[offset + i]` if the face has
 * attribute i. The labels must be 0 before.
 */
export function drawAttributes(draws: Draws, labels: Uint8Array, offset = 0): void {
  const common = factors.map(() => draws.normal());
  for (const { weights, own, cuts } of ready) {
    let z = own * draws.normal();
    for (let f = 0; f < weights.length; f++) z += weights[f]! * common[f]!;
    const { index } = cuts.find(({ upTo }) => z < upTo)!;
    if (index >= 0) labels[offset + index] = 1;
  }
  for (const { index, share } of kinds) {
    const has = draws.chance(share);
    if (has && labels[offset + noBeard] === 0) labels[offset + index] = 1;
  }
}
