import { expect, test } from 'vitest';
import { key, nn, ones, setDevice, tensor, zeros, type Tensor } from '../../src/index.ts';

await setDevice('reference');

const k = key(1);
const x = (...shape: number[]): Tensor => ones(shape);
const { params, state } = nn.batchNorm.init(2);
const mha = nn.multiHeadAttention.init(k, 4);

const cases: [f: () => unknown, message: string][] = [
  [() => nn.linear.init(k, 0, 2), 'nn.linear.init: inputs must be a positive integer, got 0'],
  [() => nn.linear.init(k, 2, 1.5), 'nn.linear.init: outputs must be a positive integer, got 1.5'],
  [() => nn.linear.init(k, 2, 2, { lanes: 0 }), 'nn.linear.init: lanes must be a positive integer, got 0'],
  [
    () => nn.linear.init(k, 2, 2, { lane: 2 } as never),
    'nn.linear.init: the options are weight, bias, lanes, got lane; did you mean lanes?',
  ],
  [
    () => nn.linear.init(k, 2, 3, { weight: (_, [a, b]) => zeros([b!, a!]) }),
    'nn.linear.init: the initialiser must give shape [3, 2], got [2, 3]',
  ],
  [() => nn.linear.init(k, 2, 3, { bias: true as never }), 'nn.linear.init: a function is needed, got true'],
  [() => nn.linear.init(1 as never, 2, 3), 'nn.linear.init: a key is needed, made by key(seed), got 1'],
  [
    () => nn.linear({ weight: x(2) }, x(2)),
    'nn.linear: weight must have shape [outputs, inputs] or [lanes, outputs, inputs], got [2]',
  ],
  [() => nn.linear({ weight: x(3, 2) }, x(5, 3)), 'nn.linear: x must have shape […, 2] for weight [3, 2], got [5, 3]'],
  [
    () => nn.linear({ weight: x(4, 3, 2) }, x(5, 2)),
    'nn.linear: x must have shape [4, …, 2] for weight [4, 3, 2], got [5, 2]',
  ],
  [() => nn.conv2d.init(k, 2, 3, 0), 'nn.conv2d.init: size must be an integer from 1 on, or two of them, got 0'],
  [() => nn.conv2d.init(k, 2, 3, 3, { groups: 2 }), 'nn.conv2d.init: groups must divide 2 inputs and 3 outputs, got 2'],
  [() => nn.conv2d(nn.conv2d.init(k, 2, 3, 3), x(1, 1, 4, 4)), 'conv2d: images and filters must agree in channels'],
  [() => nn.batchNorm.init(0), 'nn.batchNorm.init: channels must be a positive integer, got 0'],
  [() => nn.batchNorm(params, state, x(3, 2), {} as never), 'nn.batchNorm: train must be true or false, got undefined'],
  [
    () => nn.batchNorm(params, state, x(3, 2), { train: true, momentum: 1.1 }),
    'nn.batchNorm: momentum must be from 0 to 1, got 1.1',
  ],
  [
    () => nn.batchNorm(params, state, x(3, 4), { train: true }),
    'nn.batchNorm: x must have shape [N, 2, …], got [3, 4]',
  ],
  [
    () => nn.batchNorm(params, state, x(1, 2), { train: true }),
    'nn.batchNorm: training needs more than one number for each channel, got [1, 2]',
  ],
  [
    () => nn.batchNorm(params, nn.batchNorm.init(3).state, x(4, 2), { train: true }),
    "nn.batchNorm: the state's mean must have shape [2], got [3]",
  ],
  [() => nn.layerNorm(nn.layerNorm.init(3), x(3, 4)), 'nn.layerNorm: x must have shape […, 3], got [3, 4]'],
  [() => nn.layerNorm.init(-1), 'nn.layerNorm.init: features must be a positive integer, got -1'],
  [
    () => nn.groupNorm(nn.groupNorm.init(4), x(1, 4, 2), { groups: 3 }),
    'nn.groupNorm: groups must divide 4 channels, got 3',
  ],
  [
    () => nn.groupNorm(nn.groupNorm.init(4), x(1, 4, 2), {} as never),
    'nn.groupNorm: groups must be a positive integer, got undefined',
  ],
  [() => nn.groupNorm(nn.groupNorm.init(4), x(4), { groups: 2 }), 'nn.groupNorm: x must have shape [N, 4, …], got [4]'],
  [() => nn.dropout(k, x(3), { rate: 1.5, train: true }), 'nn.dropout: rate must be a number from 0 to 1, got 1.5'],
  [() => nn.dropout(k, x(3), { rate: NaN, train: true }), 'nn.dropout: rate must be a number from 0 to 1, got NaN'],
  [
    () => nn.dropout(k, x(3), { rate: x(3), train: true }),
    'nn.dropout: rate must be a number from 0 to 1, got Tensor [3]',
  ],
  [() => nn.dropout(k, x(3), { rate: 0.5 } as never), 'nn.dropout: train must be true or false, got undefined'],
  [
    () => nn.dropout(k, x(3), { rate: 0.5, train: true, shared: [1] }),
    'nn.dropout: axis must be an integer from -1 to 0, got 1',
  ],
  [
    () => nn.dropout(3 as never, x(3), { rate: 0.5, train: true }),
    'nn.dropout: a key is needed, made by key(seed), got 3',
  ],
  [() => nn.embedding.init(k, 3, 0), 'nn.embedding.init: size must be a positive integer, got 0'],
  [() => nn.embedding(nn.embedding.init(k, 3, 2), tensor([3])), 'take: indices must be integers from -3 to 2, got 3'],
  [() => nn.globalAverage(x(2, 3)), 'nn.globalAverage: x must have shape [N, C, …], got [2, 3]'],
  [
    () => nn.attention(x(2, 3), x(2, 4), x(2, 3)),
    'nn.attention: queries, keys and values must have shapes […, n, d], […, m, d] and […, m, e], got [2, 3], [2, 4], [2, 3]',
  ],
  [
    () => nn.attention(x(2, 3), x(2, 3), x(2, 3), { masked: 1 } as never),
    'nn.attention: the options are causal, mask, got masked; did you mean mask?',
  ],
  [
    () => nn.multiHeadAttention(mha, x(2, 4), { heads: 3 }),
    'nn.multiHeadAttention: heads must divide 4 features, got 3',
  ],
  [
    () => nn.multiHeadAttention(mha, x(4), { heads: 2 }),
    'nn.multiHeadAttention: x must have shape […, n, size], got [4]',
  ],
  [() => nn.multiHeadAttention.init(k, 0), 'nn.multiHeadAttention.init: size must be a positive integer, got 0'],
  [() => nn.init.kaimingNormal(k, [3]), 'init.kaimingNormal: a weight must have shape [outputs, inputs, …], got [3]'],
  [
    () => nn.init.kaimingUniform(k, [3, 2], { mode: 'fan' as never }),
    "init.kaimingUniform: mode must be 'in' or 'out', got 'fan'",
  ],
  [
    () => nn.init.xavierNormal(k, [3, 2], { gain: NaN }),
    'init.xavierNormal: gain must be a finite number that is not negative, got NaN',
  ],
  [() => nn.init.normal(k, [3], { std: -1 }), 'init.normal: std must be a finite number that is not negative, got -1'],
  [() => nn.init.uniform(k, [3], { low: 1, high: 0 }), 'init.uniform: low must not be above high, got 1 and 0'],
  [() => nn.init.constant(k, [3], {} as never), 'init.constant: value must be a finite number, got undefined'],
  [() => nn.init.orthogonal(k, [3]), 'init.orthogonal: a weight must have shape [outputs, inputs, …], got [3]'],
];

test.each(cases)('%#', (f, message) => {
  expect(f).toThrow(message);
});

test('an empty batch has an empty result', () => {
  expect(nn.groupNorm(nn.groupNorm.init(4), x(0, 4, 3), { groups: 2 }).shape).toEqual([0, 4, 3]);
});
