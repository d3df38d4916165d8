import fc from 'fast-check';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Context } from '../claim.ts';

/** An admissible keep function: increasing, from [0, 1] to [0, 1], odd about (½, ½). */
export interface Keep {
  readonly name: string;
  /** As the node takes it. */
  readonly keep: (p: Tensor) => Tensor;
  /** As a number. */
  readonly f: (P: number) => number;
}

/** Some that are not linear; a step among them, flat but for one jump. */
export const keepFunctions: readonly Keep[] = [
  {
    name: 'logistic, slope 1 at ½',
    keep: (p) => p.sub(0.5).mul(4).sigmoid(),
    f: (P) => 1 / (1 + Math.exp(-4 * (P - 0.5))),
  },
  {
    name: 'cubic, flat at ½',
    keep: (p) => p.sub(0.5).mul(p.sub(0.5).square()).mul(4).add(0.5),
    f: (P) => 4 * (P - 0.5) ** 3 + 0.5,
  },
  {
    name: 'sine, steep at ½',
    keep: (p) => p.sub(0.5).mul(Math.PI).sin().mul(0.5).add(0.5),
    f: (P) => 0.5 + 0.5 * Math.sin(Math.PI * (P - 0.5)),
  },
  {
    name: 'step',
    keep: (p) => p.sub(0.5).sign().mul(0.3).add(0.5),
    f: (P) => 0.5 + 0.3 * Math.sign(P - 0.5),
  },
];

/** Shares of the functions above, as whole numbers; not all 0. */
export type Shares = readonly number[];

const made = new Map<string, Keep>();

/** A mean of the functions above, which is admissible as they are. The same shares give the same object, and so the same kernel. */
export function mixture(shares: Shares): Keep {
  const total = shares.reduce((a, b) => a + b, 0);
  const parts = keepFunctions.flatMap((k, i) => (shares[i] ? [{ ...k, share: shares[i] / total }] : []));
  if (parts.length === 1) return parts[0]!;
  const known = made.get(shares.join());
  if (known) return known;
  const text = `(p) => ${parts.map(({ keep, share }) => `(${String(keep)})(p).mul(${share})`).reduce((a, b) => `${a}.add(${b})`)}`;
  const mean: Keep = {
    name: parts.map(({ name, share }) => `${share} of ${name}`).join(' + '),
    // As text it is a program of its own, for snippets.
    keep: Object.assign((p: Tensor) => parts.map(({ keep, share }) => keep(p).mul(share)).reduce((a, b) => a.add(b)), {
      toString: () => text,
    }),
    f: (P) => parts.reduce((s, { f, share }) => s + share * f(P), 0),
  };
  made.set(shares.join(), mean);
  return mean;
}

const alone = keepFunctions.map((_, i) => keepFunctions.map((__, j) => (i === j ? 1 : 0)));

/** Any shares. */
export const anyShares: fc.Arbitrary<Shares> = fc
  .tuple(...alone.map(() => fc.nat({ max: 4 })))
  .filter((s) => s.some((x) => x > 0));

/** Admissible keep functions; each that is not one of the four would be a kernel of its own, so devices get these. */
export const sharesOf = ({ device }: Pick<Context, 'device'>): fc.Arbitrary<Shares> =>
  device === 'reference'
    ? fc.oneof({ withCrossShrink: true }, fc.constantFrom(...alone), anyShares)
    : fc.constantFrom(...alone);
