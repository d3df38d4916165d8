import fc from 'fast-check';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Context } from '../claim.ts';

/** An admissible keep function: increasing, from [0, 1] to [0, 1], and odd about (½, ½). */
export interface Keep {
  readonly name: string;
  /** The function on tensors, as the node takes it. */
  readonly keep: (p: Tensor) => Tensor;
  /** The function on numbers. */
  readonly f: (P: number) => number;
}

/** Smooth functions, and one with a jump. */
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
 * A function with two steps, at ½ ± m/1009. Means of such functions approximate any admissible
 * function. 1009 is prime and P is a ratio of integers below 600, so P never comes close to a step.
 */
function steps(m: number): Keep {
  const c = m / 1009;
  const at = (P: number): number => Math.sign(P - 0.5 - c) + Math.sign(P - 0.5 + c);
  return {
    name: `steps at ½ ± ${m}/1009`,
    keep: Object.assign(
      (p: Tensor) => p.sub(0.5).sub(c).sign().add(p.sub(0.5).add(c).sign()).mul(0.25).add(0.5),
      // The text is a complete program, so that snippets can contain it.
      { toString: () => `(p) => p.sub(0.5).sub(${c}).sign().add(p.sub(0.5).add(${c}).sign()).mul(0.25).add(0.5)` },
    ),
    f: (P) => 0.5 + 0.25 * at(P),
  };
}

/**
 * A part of a mean of keep functions: a curve by its index, or steps by their m, and its weight.
 */
export interface Part {
  readonly share: number;
  readonly curve?: number;
  readonly m?: number;
}

const made = new Map<string, Keep>();

/**
 * A weighted mean of the functions above, which is again admissible. Equal parts give the same
 * object and thus the same kernel.
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
    // Shares add up to 1 but for a rounding.
    f: (P) =>
      Math.min(
        1,
        own.reduce((s, { f, share }) => s + share * f(P), 0),
      ),
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

/** One to six parts. */
const anyParts = fc.array(part, { minLength: 1, maxLength: 6 });
const alone = curves.map((_, curve): Part[] => [{ share: 1, curve }]);

/**
 * Generates admissible keep functions. On a device, where each is a kernel, they are the curves and
 * three means that the seed draws.
 */
export const keeps = ({ device, seed }: Pick<Context, 'device' | 'seed'>): fc.Arbitrary<Part[]> =>
  device === 'reference'
    ? fc.oneof(fc.constantFrom(...alone), anyParts)
    : fc.constantFrom(...alone, ...fc.sample(anyParts, { numRuns: 3, seed }));

/**
 * Returns six keep functions of GradDrop: the four curves above, and two weighted means of such
 * functions that `seed` draws. They are few because claims about sampling make many random draws
 * with each of them.
 */
export const fewKeeps = ({ seed }: Pick<Context, 'seed'>): readonly Keep[] =>
  [...alone, ...fc.sample(anyParts, { numRuns: 2, seed })].map(mixture);
