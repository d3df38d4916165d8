import { between, labels, normal, oneHot, zeros, type Inputs } from './inputs.ts';

/** Who takes part: this library, its peers, and a plain copy of memory. */
export const libraries = ['cotangent', 'jax-js', 'tfjs', 'js-pytorch', 'copy'] as const;
export type LibraryName = (typeof libraries)[number];

/** What a library has to implement; the numbers are in the inputs. */
export type Kind =
  | 'perceptron'
  | 'convolution'
  | 'matmul'
  | 'tanhSum'
  | 'crossEntropy'
  | 'chain'
  | 'chainCompiled'
  | 'heads'
  | 'hessianVector'
  | 'signDrop';

export interface Workload {
  /** W1 to W10. */
  readonly group: string;
  readonly name: string;
  readonly kind: Kind;
  readonly inputs: () => Inputs;
  /** What a kind leaves open: which side is transposed, which rule merges. */
  readonly variant: string;
  /** Those that do it; ours comes first. */
  readonly libraries: readonly LibraryName[];
  /** Why one of the others does not. */
  readonly missing: Readonly<Partial<Record<LibraryName, string>>>;
  /** How far results may be apart, relative to the largest number of an array. */
  readonly tolerance: number;
  /** What is done in one call, for the limits: floating-point operations. */
  readonly flops?: number;
  /** What one call must read and write at least. */
  readonly bytes?: number;
}

const leaky = 'its relu has slope 0.001 for negative numbers, another function';
const common = { variant: '', missing: {}, tolerance: 1e-4 };
const peers = ['cotangent', 'jax-js', 'tfjs'] as const;

/** Multiplications and additions of a network's products, forward and twice backward (the first layer once). */
const trained = (first: number, ...rest: number[]): number => 4 * first + 6 * rest.reduce((a, b) => a + b, 0);

function perceptron(batch: number, [from, hidden, to]: readonly [number, number, number]): () => Inputs {
  return () => {
    const classes = labels(5, [batch], to);
    return {
      x: normal(1, [batch, from]),
      labels: classes,
      oneHot: oneHot(classes, to),
      w1: normal(2, [from, hidden], Math.sqrt(2 / from)),
      b1: zeros([hidden]),
      w2: normal(3, [hidden, to], Math.sqrt(1 / hidden)),
      b2: zeros([to]),
    };
  };
}

const convolution = (): Inputs => {
  const classes = labels(6, [32], 10);
  return {
    x: normal(1, [32, 1, 28, 28]),
    labels: classes,
    oneHot: oneHot(classes, 10),
    c1: normal(2, [8, 1, 3, 3], Math.sqrt(2 / 9)),
    c2: normal(3, [16, 8, 3, 3], Math.sqrt(2 / 72)),
    w: normal(4, [2304, 10], Math.sqrt(1 / 2304)),
    b: zeros([10]),
  };
};

const matmul = (n: number, variant: string): Workload => ({
  ...common,
  group: 'W4',
  name: `matmul ${n}${{ '': '', a: ', Aᵀ B', b: ', A Bᵀ' }[variant]!}`,
  kind: 'matmul',
  variant,
  inputs: () => ({ a: normal(1, [n, n]), b: normal(2, [n, n]) }),
  libraries: [...peers, ...(n === 256 ? (['js-pytorch'] as const) : [])],
  missing: n === 256 ? {} : { 'js-pytorch': 'half a second a call; see 256' },
  flops: 2 * n ** 3,
  bytes: 12 * n ** 2,
});

export const lanes = 40;
const features = 128;
const [headBatch, pixels] = [32, 784];

const heads = (rule: string, libraries: readonly LibraryName[]): Workload => ({
  ...common,
  group: 'W8',
  name: `${lanes} heads, ${rule}`,
  kind: 'heads',
  variant: rule,
  inputs: () => ({
    x: normal(1, [headBatch, pixels]),
    targets: labels(2, [lanes, headBatch, 1], 2),
    w: normal(3, [pixels, features], Math.sqrt(2 / pixels)),
    b: zeros([features]),
    heads: normal(4, [lanes, features, 1], Math.sqrt(1 / features)),
    draw: between(5, [1, features], 0, 1),
  }),
  libraries,
  missing: libraries.length > 1 ? { 'js-pytorch': leaky } : {},
  flops: trained(headBatch * pixels * features, lanes * headBatch * features),
});

/** Several draws over the same lanes in one call, so that bringing the lanes in counts little. */
export const draws = 8;

const signDrop = (lanes: number, size: number): Workload => ({
  ...common,
  group: 'W10',
  name: `GradDrop kernel, ${lanes} lanes × ${size / 1024}k`,
  kind: 'signDrop',
  inputs: () => ({
    g: normal(1, [lanes, size]),
    h: normal(2, [size]),
    draws: between(3, [draws, size], 0, 1),
  }),
  libraries: ['cotangent', 'copy'],
  bytes: draws * 4 * size * (lanes + 3),
});

export const workloads: readonly Workload[] = [
  {
    ...common,
    group: 'W1',
    name: 'MLP step, batch 32, 64-128-10',
    kind: 'perceptron',
    inputs: perceptron(32, [64, 128, 10]),
    libraries: peers,
    missing: { 'js-pytorch': leaky },
    flops: trained(32 * 64 * 128, 32 * 128 * 10),
  },
  {
    ...common,
    group: 'W2',
    name: 'MLP step, batch 128, 784-256-10',
    kind: 'perceptron',
    inputs: perceptron(128, [784, 256, 10]),
    libraries: peers,
    missing: { 'js-pytorch': leaky },
    flops: trained(128 * 784 * 256, 128 * 256 * 10),
  },
  {
    ...common,
    group: 'W3',
    name: 'convolutional step, batch 32, 28×28',
    kind: 'convolution',
    inputs: convolution,
    libraries: ['cotangent', 'jax-js'],
    missing: {
      tfjs: 'no filter gradient on its wasm backend; its cpu backend takes seconds a step',
      'js-pytorch': 'no convolution',
    },
    flops: trained(32 * 26 * 26 * 8 * 9, 32 * 24 * 24 * 16 * 72, 32 * 2304 * 10),
  },
  ...[256, 512].flatMap((n) => ['', 'a', 'b'].map((variant) => matmul(n, variant))),
  {
    ...common,
    group: 'W5',
    name: 'tanh(x·x + 1).sum() and gradient, 1M',
    kind: 'tanhSum',
    inputs: () => ({ x: normal(1, [1_000_000]) }),
    libraries: peers,
    missing: { 'js-pytorch': 'no tanh' },
    // Two of the peers add a million numbers one after the other in float32: see docs/performance.md.
    tolerance: 2e-3,
    bytes: 8e6,
  },
  {
    ...common,
    group: 'W6',
    name: 'softmax cross-entropy and gradient, 1024×1000',
    kind: 'crossEntropy',
    inputs: () => {
      const classes = labels(2, [1024], 1000);
      return { x: normal(1, [1024, 1000]), labels: classes, oneHot: oneHot(classes, 1000) };
    },
    libraries: peers,
    missing: { 'js-pytorch': 'its loss is not stable for large logits, another function' },
    bytes: 8 * 1024 * 1000,
  },
  {
    ...common,
    group: 'W7',
    name: 'chain of 100 operations and gradient, built anew',
    kind: 'chain',
    inputs: () => ({ x: between(1, [16], -0.9, 0.9) }),
    libraries: [...peers, 'js-pytorch'],
  },
  {
    ...common,
    group: 'W7',
    name: 'chain of 100 operations and gradient, compiled',
    kind: 'chainCompiled',
    inputs: () => ({ x: between(1, [16], -0.9, 0.9) }),
    libraries: ['cotangent', 'jax-js'],
    missing: {
      tfjs: 'compiles nothing; see the row above',
      'js-pytorch': 'compiles nothing; see the row above',
    },
  },
  heads('sum', peers),
  heads('GradDrop', peers),
  heads('PCGrad', ['cotangent']),
  heads('MGDA', ['cotangent']),
  {
    ...common,
    group: 'W9',
    name: 'Hessian-vector product of W2’s network',
    kind: 'hessianVector',
    inputs: () => ({
      ...perceptron(128, [784, 256, 10])(),
      v1: normal(7, [784, 256]),
      v2: normal(8, [256, 10]),
    }),
    libraries: ['cotangent', 'jax-js'],
    missing: { tfjs: 'no second derivative of exp', 'js-pytorch': 'no second derivatives' },
    flops: 2 * trained(128 * 784 * 256, 128 * 256 * 10) - 2 * 128 * 784 * 256,
  },
  signDrop(2, 2 ** 18),
  signDrop(10, 2 ** 18),
  signDrop(40, 2 ** 18),
  // The largest tensor has 2²⁴ elements.
  signDrop(100, 2 ** 17),
];
