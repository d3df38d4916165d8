import { mgda, pcgrad, sumLanes, type Key, type Rule, type SignDropOptions } from 'cotangent';

/** A method to combine the losses of a network with one trunk. */
export interface Method {
  readonly name: string;
  /** The rule that merges the lanes' gradients where the heads begin. */
  readonly rule: (key: Key) => Rule;
  /** The options of GradDrop, beside the key, if it replaces the rule. */
  readonly drop?: SignDropOptions;
  /** True if GradNorm weights the losses. */
  readonly balanced?: boolean;
  /** The bound on the norm of all gradients. */
  readonly clip?: number;
  /** The weight of a gradient penalty at the output of the trunk. */
  readonly penalty?: number;
  /** True if a decoupled weight decay is searched for in addition to the rate. */
  readonly decays?: boolean;
  /** A description in one sentence. */
  readonly text: string;
}

const sum = (): Rule => sumLanes();

export const baseline = 'baseline';
export const tuned = 'tunedSum';

/**
 * The methods of the paper's tables, and the sum with a tuned weight decay, which Kurin et al.
 * (2022) found to be as good as any.
 */
export const methods: readonly Method[] = [
  { name: baseline, rule: sum, text: 'the sum of the losses' },
  {
    name: tuned,
    rule: sum,
    decays: true,
    text: 'the sum of the losses, with a decoupled weight decay chosen like the rate',
  },
  { name: 'clipped', rule: sum, clip: 1, text: 'the sum, all gradients together cut to norm 1' },
  { name: 'penalty', rule: sum, penalty: 0.1, text: 'the sum plus 0.1 (‖∇L‖ − 1)² at the features' },
  { name: 'mgda', rule: () => mgda(), text: 'the least norm in the convex hull of the gradients' },
  { name: 'pcgrad', rule: (key) => pcgrad({ key }), text: 'conflicting gradients projected off each other' },
  { name: 'gradNorm', rule: sum, balanced: true, text: 'GradNorm’s loss weights, α = 1.5' },
  { name: 'randomGradDrop', rule: sum, drop: { k: 0 }, text: 'one sign kept, each with probability ½' },
  { name: 'gradDrop', rule: sum, drop: {}, text: 'one sign kept, the positive one with the purity as its probability' },
  {
    name: 'gradDropEach',
    rule: sum,
    drop: { marginalize: 'none' },
    text: 'GradDrop that decides for each example apart, not for the batch (Figure 3b)',
  },
  { name: 'gradNormRandom', rule: sum, drop: { k: 0 }, balanced: true, text: 'GradNorm and Random GradDrop' },
  { name: 'gradNormGradDrop', rule: sum, drop: {}, balanced: true, text: 'GradNorm and GradDrop' },
];

export const methodOf = (name: string): Method => methods.find((m) => m.name === name)!;
