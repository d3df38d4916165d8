import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import { key, setDevice, tensor, zeros, type Tensor } from '../../src/index.ts';

await setDevice('reference');

const x = zeros([2, 2]);
const images = zeros([1, 1, 4, 4]);
const f = (t: Tensor): Tensor => t.sum();
const k = { key: key(0) };

/** Every function with options, and every option it has. */
const calls: Record<string, [call: (options: never) => unknown, options: readonly string[]]> = {
  tensor: [(o) => tensor([1, 2], o), ['shape']],
  squeeze: [(o) => x.squeeze(o), ['axis']],
  pad: [(o) => tensor([1]).pad([[1, 1]], o), ['value']],
  flip: [(o) => x.flip(o), ['axis']],
  concat: [(o) => c.concat([x], o), ['axis']],
  stack: [(o) => c.stack([x], o), ['axis']],
  split: [(o) => x.split(2, o), ['axis']],
  take: [(o) => x.take(tensor([0]), o), ['axis']],
  gather: [(o) => x.gather(tensor([0]), o), ['axis']],
  scatterAdd: [(o) => x.scatterAdd(tensor([0]), 1, o), ['axis']],
  softmax: [(o) => x.softmax(o), ['axis']],
  logSoftmax: [(o) => x.logSoftmax(o), ['axis']],
  leakyRelu: [(o) => x.leakyRelu(o), ['slope']],
  elu: [(o) => x.elu(o), ['alpha']],
  sort: [(o) => x.sort(o), ['axis']],
  topK: [(o) => x.topK(1, o), ['axis']],
  sum: [(o) => x.sum(o), ['axis', 'keepDims']],
  mean: [(o) => x.mean(o), ['axis', 'keepDims']],
  prod: [(o) => x.prod(o), ['axis', 'keepDims']],
  max: [(o) => x.max(o), ['axis', 'keepDims']],
  min: [(o) => x.min(o), ['axis', 'keepDims']],
  logSumExp: [(o) => x.logSumExp(o), ['axis', 'keepDims']],
  variance: [(o) => x.variance(o), ['axis', 'keepDims']],
  std: [(o) => x.std(o), ['axis', 'keepDims']],
  norm: [(o) => x.norm(o), ['axis', 'keepDims']],
  argMax: [(o) => x.argMax(o), ['axis', 'keepDims']],
  argMin: [(o) => x.argMin(o), ['axis', 'keepDims']],
  cumsum: [(o) => x.cumsum(o), ['axis']],
  huber: [(o) => x.huber(x, o), ['delta']],
  crossEntropy: [(o) => x.crossEntropy(x, o), ['axis']],
  conv2d: [(o) => images.conv2d(zeros([1, 1, 2, 2]), o), ['stride', 'padding', 'dilation', 'groups']],
  convTranspose2d: [
    (o) => images.convTranspose2d(zeros([1, 1, 2, 2]), o),
    ['stride', 'padding', 'dilation', 'groups', 'outputPadding'],
  ],
  maxPool2d: [(o) => images.maxPool2d(o), ['size', 'stride', 'padding']],
  avgPool2d: [(o) => images.avgPool2d(o), ['size', 'stride', 'padding']],
  batchNorm: [(o) => x.batchNorm(o), ['mean', 'variance', 'scale', 'offset', 'eps']],
  layerNorm: [(o) => x.layerNorm(o), ['eps']],
  grad: [(o) => c.grad(f, o), ['argnums']],
  valueAndGrad: [(o) => c.valueAndGrad(f, o), ['argnums']],
  jacrev: [(o) => c.jacrev(f, o), ['argnums']],
  jacfwd: [(o) => c.jacfwd(f, o), ['argnums']],
  hessian: [(o) => c.hessian(f, o), ['argnums']],
  gradients: [(o) => c.gradients(x.sum(), x, o), ['cotangents']],
  vmap: [(o) => c.vmap(f, o), ['inAxes', 'outAxes']],
  printGraph: [(o) => c.printGraph(x, o), ['as']],
  multiGrad: [(o) => c.multiGrad((t: Tensor) => [t.sum()], c.sumLanes(), o), ['argnums']],
  gradientPenalty: [(o) => c.gradientPenalty(f, x, o), ['target']],
  gradDrop: [
    (o) => c.gradDrop(x, 2, o),
    ['key', 'draw', 'k', 'keep', 'leak', 'marginalize', 'inputSign', 'preserveNorm', 'zeroSign'],
  ],
  signDrop: [
    (o) => c.signDrop(o),
    ['key', 'draw', 'k', 'keep', 'leak', 'marginalize', 'inputSign', 'preserveNorm', 'zeroSign'],
  ],
  lanesReport: [
    (o) => c.lanesReport(x, undefined, o),
    ['key', 'draw', 'k', 'keep', 'leak', 'marginalize', 'inputSign', 'preserveNorm', 'zeroSign'],
  ],
  pcgrad: [(o) => c.pcgrad(o), ['key']],
  iterativePcgrad: [(o) => c.iterativePcgrad(o), ['key']],
  randomWeights: [(o) => c.randomWeights(o), ['key']],
  dualProj: [(o) => c.dualProj(o), ['preference']],
  upgrad: [(o) => c.upgrad(o), ['preference']],
  config: [(o) => c.config(o), ['preference']],
  alignedMtl: [(o) => c.alignedMtl(o), ['scale', 'preference']],
  cagrad: [(o) => c.cagrad(o), ['c']],
  fairGrad: [(o) => c.fairGrad(o), ['alpha']],
  gradVac: [(o) => c.gradVac(o), ['beta']],
  krum: [(o) => c.krum(o), ['byzantine', 'selected']],
  trimmedMean: [(o) => c.trimmedMean(o), ['trim']],
  dwa: [(o) => c.dwa(o), ['temperature']],
  famo: [(o) => c.famo(o), ['lr', 'decay']],
  imtlL: [(o) => c.imtlL(o), ['lr']],
  uncertainty: [(o) => c.uncertainty(o), ['lr']],
  gradNorm: [(o) => c.gradNorm(o), ['alpha', 'lr']],
  randomLossWeights: [(o) => c.randomLossWeights(o), ['key']],
  stch: [(o) => c.stch(o), ['mu', 'preference']],
};

describe('options are an object with known keys, or an error', () => {
  for (const [name, [call, options]] of Object.entries(calls))
    test(name, () => {
      const list = options.join(', ');
      for (const [wrong, shown] of [
        [0, '0'],
        [[2, 2], '[2, 2]'],
        ['axis', "'axis'"],
        [null, 'null'],
      ] as const)
        expect(() => call(wrong as never)).toThrow(`${name}: options must be an object with ${list}, got ${shown}`);
      expect(() => call({ unheardOf: 1 } as never)).toThrow(`${name}: the options are ${list}, got unheardOf`);
      const [first] = options as [string];
      if (first.length > 2)
        expect(() => call({ [`${first}s`]: 1 } as never)).toThrow(`got ${first}s; did you mean ${first}?`);
    });
});

test('a tensor or another object with a class is no options', () => {
  expect(() => x.flip(tensor(0) as never)).toThrow('flip: options must be an object with axis, got Tensor []');
  expect(() => x.flip(new Map() as never)).toThrow('flip: options must be an object with axis, got [object Map]');
});

test('options of no prototype, and keys that hold undefined, will do', () => {
  const bare = Object.assign(Object.create(null) as object, { axis: 0 });
  expect(x.flip(bare).shape).toEqual([2, 2]);
  expect(x.flip({}).shape).toEqual([2, 2]);
  expect(() => c.signDrop({ ...k, ...c.gradDropPresets.lingvo })).not.toThrow();
});

test('a word of another library is not taken for an option that only contains its letters', () => {
  for (const word of ['dim', 'dims'])
    expect(() => x.sum({ [word]: 0 } as never)).toThrow(
      new RegExp(`^sum: the options are axis, keepDims, got ${word}$`),
    );
  expect(() => x.sum({ axis: 0, keep_dims: true } as never)).toThrow('got keep_dims; did you mean keepDims?');
});

test('what is no option is not taken for one with another name', () => {
  expect(() => c.gradDrop(x, 2, { ...k, leaks: 0.5 } as never)).toThrow('got leaks; did you mean leak?');
  expect(() => images.conv2d(zeros([1, 1, 2, 2]), { strides: 2 } as never)).toThrow(
    'conv2d: the options are stride, padding, dilation, groups, got strides; did you mean stride?',
  );
  expect(() => c.gradNorm().apply([1, 2], c.gradNorm().init(2), { norm: x } as never)).toThrow(
    'gradNorm: the options are norms, got norm; did you mean norms?',
  );
});
