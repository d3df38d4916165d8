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

/** Smooth ones, and one with a jump. */
const curves: readonly Keep[] = [
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
    name: 'steep at ½, flat at the ends',
    keep: (p) => p.sub(0.5).mul(3).clip(-0.5, 0.5).add(0.5),
    f: (P) => Math.min(Math.max(3 * (P - 0.5), -0.5), 0.5) + 0.5,
  },
  {
    name: 'step at ½',
    keep: (p) => p.sub(0.5).sign().mul(0.3).add(0.5),
    f: (P) => 0.5 + 0.3 * Math.sign(P - 0.5),
  },
];

/**
 * Two steps, at ½ ± m/1009: means of such steps come as near as one likes to any admissible
 * function. P is a ratio of whole numbers below 600, so that it does not come near to a step, as
 * 1009 is prime.
 */
function steps(m: number): Keep {
  const c = m / 1009;
  const at = (P: number): number => Math.sign(P - 0.5 - c) + Math.sign(P - 0.5 + c);
  return {
    name: `steps at ½ ± ${m}/1009`,
    keep: Object.assign(
      (p: Tensor) => p.sub(0.5).sub(c).sign().add(p.sub(0.5).add(c).sign()).mul(0.25).add(0.5),
      // As text it is a program of its own, for snippets.
      { toString: () => `(p) => p.sub(0.5).sub(${c}).sign().add(p.sub(0.5).add(${c}).sign()).mul(0.25).add(0.5)` },
    ),
    f: (P) => 0.5 + 0.25 * at(P),
  };
}

/**
 * What a keep function is a mean of: a curve by its place in the list, or steps by their m; and how
 * much of it.
 */
export interface Part {
  readonly share: number;
  readonly curve?: number;
  readonly m?: number;
}

const made = new Map<string, Keep>();

/**
 * A mean of the functions above, which is admissible as they are. The same parts give the same
 * object, and so the same kernel.
 */
export function mixture(parts: readonly Part[]): Keep {
  const key = JSON.stringify(parts);
  const known = made.get(key);
  if (known) return known;
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const own = parts.map(({ share, curve, m = 0 }) => ({
    ...(curve === undefined ? steps(m) : curves[curve]!),
    share: share / total,
  }));
  const text = `(p) => ${own.map(({ keep, share }) => `(${String(keep)})(p).mul(${share})`).reduce((a, b) => `${a}.add(${b})`)}`;
  const sum = (p: Tensor): Tensor => own.map(({ keep, share }) => keep(p).mul(share)).reduce((a, b) => a.add(b));
  const mean: Keep = {
    name: own.map(({ name, share }) => `${share} of ${name}`).join(' + '),
    keep: Object.assign(sum, { toString: () => text }),
    f: (P) => own.reduce((s, { f, share }) => s + share * f(P), 0),
  };
  const keep = own.length === 1 ? own[0]! : mean;
  made.set(key, keep);
  return keep;
}

const share = fc.integer({ min: 1, max: 4 });
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ share, curve: fc.nat({ max: curves.length - 1 }) }),
  fc.record({ share, m: fc.integer({ min: 1, max: 500 }) }),
);

/** Up to six parts. */
const anyParts = fc.array(part, { minLength: 1, maxLength: 6 });
const alone = curves.map((_, curve): Part[] => [{ share: 1, curve }]);

/**
 * Admissible keep functions: on a device, where each is a kernel of its own, the curves and three
 * means that the seed draws.
 */
export const keeps = ({ device, seed }: Pick<Context, 'device' | 'seed'>): fc.Arbitrary<Part[]> =>
  device === 'reference'
    ? fc.oneof(fc.constantFrom(...alone), anyParts)
    : fc.constantFrom(...alone, ...fc.sample(anyParts, { numRuns: 3, seed }));

/** A few, for claims that draw each many times. */
export const fewKeeps = ({ seed }: Pick<Context, 'seed'>): readonly Keep[] =>
  [...alone, ...fc.sample(anyParts, { numRuns: 2, seed })].map(mixture);
