import { clip, einsum, stack, tensor, type Tensor } from 'cotangent';

/** A point of the plane, or a pair of losses. */
export type Pair = readonly [number, number];

/** Two losses of a point in the plane, and the usual settings for descending on them. */
export interface Problem {
  readonly name: string;
  /** The source of the losses, starts, rates and steps. */
  readonly source: string;
  readonly starts: readonly Pair[];
  readonly steps: number;
  /** The learning rate of a method, by its name. */
  readonly rate: (method: string) => number;
  readonly optimizer: 'Adam' | 'SGD';
  /** Maps one point [2] to the losses [2]. */
  readonly losses: (x: Tensor) => Tensor;
  /** The Pareto front, where neither loss can fall unless the other grows, as a polyline. */
  readonly front: readonly Pair[];
  /** The part of the plane that is drawn, by its lower left and upper right corners. */
  readonly view: readonly [Pair, Pair];
}

/**
 * Returns the losses of CAGrad's toy problem (Liu et al. 2021): two logarithmic valleys above, two
 * bowls below. The first loss is multiplied by `scale`.
 */
export const toyLosses =
  (scale: number) =>
  (x: Tensor): Tensor => {
    const [a, b] = [x.at(0), x.at(1)];
    // Not `maximum`, which halves the gradient at a tie: clip passes it in full at its bounds, and
    // a start at b = 0 depends on it.
    const upper = clip(b.mul(0.5).tanh(), 0, 1);
    const lower = clip(b.mul(-0.5).tanh(), 0, 1);
    const valley = (inner: Tensor): Tensor => clip(inner.abs(), 5e-6, Infinity).log().add(6);
    const bowl = (centre: number): Tensor => a.sub(centre).square().add(b.add(8).square().mul(0.1)).div(10).sub(20);
    const first = valley(a.add(7).mul(-0.5).add(b.tanh())).mul(upper).add(bowl(7).mul(lower));
    const second = valley(a.sub(3).mul(-0.5).sub(b.tanh()).add(2)).mul(upper).add(bowl(-7).mul(lower));
    return stack([first.mul(scale), second]);
  };

/** The numbers 0, 1/count, …, 1. */
const shares = (count: number): number[] => Array.from({ length: count + 1 }, (_, i) => i / count);

/**
 * The minima of w f₁ + (1 − w) f₂ for w from 0 to 1. In the lower half plane, at a = 7 (2w − 1),
 * this is (A + (b + 8)²/100) tanh(−b/2) with A = 19.6 w (1 − w) − 20; b is found by bisection on
 * the derivative.
 */
const toyFront: readonly Pair[] = shares(200).map((w) => {
  const A = 19.6 * w * (1 - w) - 20;
  const slope = (b: number): number =>
    ((b + 8) / 50) * Math.tanh(-b / 2) - (A + (b + 8) ** 2 / 100) * (0.5 / Math.cosh(b / 2) ** 2);
  let [low, high] = [-10, -8];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return [7 * (2 * w - 1), (low + high) / 2];
});

type Matrix = readonly [Pair, Pair];

/** Returns the losses (x − u_l)ᵀ A_l (x − u_l), two quadratic bowls. */
const bowls =
  (A: readonly [Matrix, Matrix], u: Matrix) =>
  (x: Tensor): Tensor => {
    const d = x.sub(tensor(u));
    return einsum('li,lij,lj->l', d, tensor(A), d);
  };

/**
 * Returns the strong Pareto set of the bowls: x(w) solves Σ w_i A_i x = Σ w_i A_i u_i, with the
 * weights w and 1 − w.
 */
const bowlFront = ([A, B]: readonly [Matrix, Matrix], [u, v]: Matrix): Pair[] =>
  shares(1000).map((w) => {
    const mix = (i: 0 | 1, j: 0 | 1): number => w * A[i][j] + (1 - w) * B[i][j];
    const right = (i: 0 | 1): number =>
      w * (A[i][0] * u[0] + A[i][1] * u[1]) + (1 - w) * (B[i][0] * v[0] + B[i][1] * v[1]);
    const det = mix(0, 0) * mix(1, 1) - mix(0, 1) * mix(1, 0);
    return [(right(0) * mix(1, 1) - mix(0, 1) * right(1)) / det, (mix(0, 0) * right(1) - right(0) * mix(1, 0)) / det];
  });

/**
 * The factors by which TorchJD's trajectories multiply the learning rate; 1 for methods that it
 * lacks.
 */
const multipliers: Readonly<Record<string, number>> = {
  mgda: 2,
  nashMtl: 2,
  gradDrop: 0.5,
  randomGradDrop: 0.5,
  alignedMtl: 4,
  pcgrad: 0.5,
};

/**
 * The settings of TorchJD's problems. `base` is the learning rate; `own` has factors of single
 * methods that differ from those above.
 */
const torchjd = (base: number, own: Readonly<Record<string, number>> = {}) => ({
  source: 'TorchJD 0.17, tests/trajectories',
  optimizer: 'SGD' as const,
  rate: (method: string): number => base * (own[method] ?? multipliers[method] ?? 1),
});

const toy = (source: string) => ({
  source,
  optimizer: 'Adam' as const,
  rate: () => 1e-3,
  front: toyFront,
  view: [
    [-11, -11],
    [11, 11],
  ] as const,
});

const cqf = { A: [[[1, 0.2], [0.2, 0.05]], [[3, -0.6], [-0.6, 0.2]]], u: [[1, 0], [-1, 0]] } as const; // prettier-ignore
const hqf = { A: [[[2, -1], [-1, 2]], [[20, -10], [-10, 20]]], u: [[1, 0], [-10, 0]] } as const; // prettier-ignore

export const problems: readonly Problem[] = [
  {
    ...toy('CAGrad (Liu et al. 2021), toy.py'),
    name: 'toy',
    starts: [[-8.5, 7.5], [-8.5, -5], [9, 9]], // prettier-ignore
    steps: 100_000,
    losses: toyLosses(1),
  },
  {
    ...toy('Nash-MTL (Navon et al. 2022), experiments/toy'),
    name: 'toy, first loss × 0.1',
    starts: [[-8.5, 7.5], [0, 0], [9, 9], [-7.5, -0.5], [9, -1]], // prettier-ignore
    steps: 35_000,
    losses: toyLosses(0.1),
  },
  {
    ...torchjd(0.075),
    name: 'EWQ',
    starts: [[3, -2], [0, -3], [-4, 4], [-3, 4], [-3.5, -0.75]], // prettier-ignore
    steps: 50,
    losses: (x) => x.square(),
    front: [[0, 0]],
    view: [[-5, -5], [5, 5]], // prettier-ignore
  },
  {
    ...torchjd(0.125, { nashMtl: 0.5 }),
    name: 'CQF',
    starts: [[0.5, 0.5], [-0.3, 7], [0, 0]], // prettier-ignore
    steps: 200,
    losses: bowls(cqf.A, cqf.u),
    front: bowlFront(cqf.A, cqf.u),
    view: [[-4, -4], [4, 8]], // prettier-ignore
  },
  {
    ...torchjd(0.005, { nashMtl: 20, imtlG: 2 }),
    name: 'HQF',
    starts: [[-6, 4], [-3, -1.5], [1.5, 2], [2.5, 5.5]], // prettier-ignore
    steps: 100,
    losses: bowls(hqf.A, hqf.u),
    front: bowlFront(hqf.A, hqf.u),
    view: [[-12, -5], [5, 7]], // prettier-ignore
  },
];
