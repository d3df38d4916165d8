import { between, labels, normal, oneHot, type Inputs } from './inputs.ts';
import { convolution, heads as headsOf, perceptron } from './problems.ts';

/** Those that are compared. */
export const libraries = ['cotangent', 'jax-js', 'tfjs', 'js-pytorch'] as const;
export type LibraryName = (typeof libraries)[number];

/**
 * What else is timed beside them: our own step with the sum in the rule's place, or copying as many
 * bytes.
 */
export const baselines = ['plain sum', 'copy'] as const;
export type BaselineName = (typeof baselines)[number];

/** Native code, where it is installed: several losses by an expanded axis, or by a pass each. */
export const natives = ['PyTorch', 'PyTorch, a pass each'] as const;
export type NativeName = (typeof natives)[number];

/** Who is timed on a workload. */
export type Name = LibraryName | BaselineName | NativeName;
export const isNative = (name: Name): name is NativeName => (natives as readonly Name[]).includes(name);
export const isBaseline = (name: Name): name is BaselineName => (baselines as readonly Name[]).includes(name);

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
  | 'signDrop'
  // Of the curves; ours alone.
  | 'map'
  | 'layers'
  | 'tiny';

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
  readonly baseline?: BaselineName;
  readonly native?: readonly NativeName[];
  /** Why one of the others does not. */
  readonly missing: Readonly<Partial<Record<LibraryName, string>>>;
  /** How far results may be apart, relative to the largest number of an array. */
  readonly tolerance: number;
  /** What one call must do at least: floating-point operations. */
  readonly flops: number;
  /** What one call must read and write at least: inputs, weights and results, once each. */
  readonly bytes: number;
}

const leaky = 'its relu has slope 0.001 for negative numbers, another function';
const common = { variant: '', missing: {}, tolerance: 1e-4 };
const native = ['PyTorch'] as const;
const peers = ['cotangent', 'jax-js', 'tfjs'] as const;

/**
 * Multiplications and additions of a network's products, forward and twice backward (the first
 * layer once).
 */
const trained = (first: number, ...rest: number[]): number => 4 * first + 6 * rest.reduce((a, b) => a + b, 0);

/** Weights are read and written, a batch is read. */
const stepped = (weights: number, batch: number): number => 4 * (2 * weights + batch);

const multilayer = (group: string, batch: number, layers: readonly [number, number, number]): Workload => {
  const [from, hidden, to] = layers;
  return {
    ...common,
    native,
    group,
    name: `MLP step, batch ${batch}, ${layers.join('-')}`,
    kind: 'perceptron',
    inputs: () => perceptron(batch, layers),
    libraries: peers,
    missing: { 'js-pytorch': leaky },
    flops: trained(batch * from * hidden, batch * hidden * to),
    bytes: stepped((from + 1) * hidden + (hidden + 1) * to, batch * (from + 1)),
  };
};

const matmul = (n: number, variant: string): Workload => ({
  ...common,
  native,
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

const heads = (rule: string, lanes: number, beside: Partial<Workload> = {}): Workload => ({
  ...common,
  group: 'W8',
  name: `${lanes} heads, ${rule}`,
  kind: 'heads',
  variant: rule,
  inputs: () => headsOf(lanes),
  libraries: ['cotangent'],
  ...(rule !== 'sum' && { baseline: 'plain sum' }),
  flops: trained(32 * 26 * 26 * 8 * 9, 32 * 11 * 11 * 16 * 72, lanes * 32 * 400),
  bytes: stepped(8 * 9 + 16 * 72 + lanes * 400, 32 * 28 * 28 + lanes * 32),
  ...beside,
});

const withPeers = { native, libraries: peers, missing: { 'js-pytorch': 'no convolution' } };

/** The lanes and two arrays of an element's size are read, one is written. */
const signDrop = (lanes: number, size: number): Workload => ({
  ...common,
  native,
  group: 'W10',
  name: `GradDrop kernel, ${lanes} lanes × ${size / 1024}k`,
  kind: 'signDrop',
  inputs: () => ({ g: normal(1, [lanes, size]), h: normal(2, [size]), draw: between(3, [size], 0, 1) }),
  libraries: ['cotangent'],
  baseline: 'copy',
  flops: 4 * size * lanes,
  bytes: 4 * size * (lanes + 3),
});

const chain = { inputs: () => ({ x: between(1, [16], -0.9, 0.9) }), flops: 16 * 300, bytes: 128 };
const eager = 'compiles nothing; see the row above';

export const workloads: readonly Workload[] = [
  multilayer('W1', 32, [64, 128, 10]),
  multilayer('W2', 128, [784, 256, 10]),
  {
    ...common,
    ...withPeers,
    group: 'W3',
    name: 'convolutional step, batch 32, 28×28',
    kind: 'convolution',
    inputs: convolution,
    flops: trained(32 * 26 * 26 * 8 * 9, 32 * 24 * 24 * 16 * 72, 32 * 2304 * 10),
    bytes: stepped(8 * 9 + 16 * 72 + 2305 * 10, 32 * 28 * 28 + 32),
  },
  ...[256, 512].flatMap((n) => ['', 'a', 'b'].map((variant) => matmul(n, variant))),
  {
    ...common,
    native,
    group: 'W5',
    name: 'tanh(x·x + 1).sum() and gradient, 1M',
    kind: 'tanhSum',
    inputs: () => ({ x: normal(1, [1_000_000]) }),
    libraries: peers,
    missing: { 'js-pytorch': 'no tanh' },
    // Two of the peers add a million numbers one after the other in float32: see
    // docs/performance.md.
    tolerance: 2e-3,
    flops: 20e6,
    bytes: 8e6,
  },
  {
    ...common,
    native,
    group: 'W6',
    name: 'softmax cross-entropy and gradient, 1024×1000',
    kind: 'crossEntropy',
    inputs: () => {
      const classes = labels(2, [1024], 1000);
      return { x: normal(1, [1024, 1000]), labels: classes, oneHot: oneHot(classes, 1000) };
    },
    libraries: peers,
    missing: { 'js-pytorch': 'its loss is not stable for large logits, another function' },
    flops: 20 * 1024 * 1000,
    bytes: 8 * 1024 * 1000,
  },
  {
    ...common,
    ...chain,
    native,
    group: 'W7',
    name: 'chain of 100 operations and gradient, built anew',
    kind: 'chain',
    libraries: [...peers, 'js-pytorch'],
  },
  {
    ...common,
    ...chain,
    group: 'W7',
    name: 'chain of 100 operations and gradient, compiled',
    kind: 'chainCompiled',
    libraries: ['cotangent', 'jax-js'],
    missing: { tfjs: eager, 'js-pytorch': eager },
  },
  heads('sum', 40, withPeers),
  heads('GradDrop', 40, { ...withPeers, native: natives }),
  heads('PCGrad', 40),
  heads('MGDA', 40),
  heads('GradNorm', 40),
  ...[10, 80, 320, 1280].map((lanes) => heads('GradDrop', lanes)),
  {
    ...common,
    native,
    group: 'W9',
    name: 'Hessian-vector product of W2’s network',
    kind: 'hessianVector',
    inputs: () => ({
      ...perceptron(128, [784, 256, 10]),
      v1: normal(7, [784, 256]),
      v2: normal(8, [256, 10]),
    }),
    libraries: ['cotangent', 'jax-js'],
    missing: { tfjs: 'no second derivative of exp', 'js-pytorch': 'no second derivatives' },
    flops: 2 * trained(128 * 784 * 256, 128 * 256 * 10) - 2 * 128 * 784 * 256,
    bytes: 4 * (3 * (784 * 256 + 256 * 10) + 128 * 785),
  },
  signDrop(2, 2 ** 18),
  signDrop(10, 2 ** 18),
  signDrop(40, 2 ** 18),
  signDrop(100, 2 ** 18),
];
