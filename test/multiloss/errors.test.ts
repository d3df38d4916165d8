import { describe, expect, test } from 'vitest';
import * as c from '../../src/index.ts';
import {
  fanOut,
  grad,
  gradDrop,
  key,
  lanesReport,
  multiGrad,
  setDevice,
  signDrop,
  tensor,
  zeros,
  type SignDropOptions,
  type Tensor,
} from '../../src/index.ts';

await setDevice('reference');

const h = zeros([2, 3]);
const k = key(0);
/** Options that a user got wrong. */
const wrong = (options: object): SignDropOptions => ({ key: k, ...options }) as SignDropOptions;

/** p after many operations, each on the result of the one before. */
function deep(p: Tensor, operations: number): Tensor {
  let f = p;
  for (let i = 0; i < operations; i++) f = f.maximum(p);
  return f;
}

test.each(['webasm', 'cpu', 'reference'] as const)(
  'a keep function 256 operations deep is computed on %s',
  async (name) => {
    await setDevice(name);
    const rule = signDrop({ draw: tensor([0.5]), marginalize: 'none', inputSign: false, keep: (p) => deep(p, 256) });
    const merged = grad((x: Tensor) =>
      fanOut(x, 2, rule)
        .mul(tensor([[3], [-1]]))
        .sum(),
    )(tensor([1]));
    expect(await merged.array()).toEqual([3]);
  },
);

describe('bad options are told when the layer is built', () => {
  test.each<[object, string]>([
    [{ key: undefined }, 'gradDrop: a key is needed, made by key(seed), got undefined'],
    [{ key: 3 }, 'gradDrop: a key is needed, made by key(seed), got 3'],
    [{ k: 2 }, 'gradDrop: k must be from 0 to 1, got 2'],
    [{ k: -0.1 }, 'gradDrop: k must be from 0 to 1, got -0.1'],
    [{ k: '1' }, "gradDrop: k must be from 0 to 1, got '1'"],
    [{ k: NaN }, 'gradDrop: k must be from 0 to 1, got NaN'],
    [{ k: 1, keep: (p: Tensor) => p }, 'gradDrop: give k or keep, not both'],
    [{ keep: 0.5 }, 'gradDrop: keep must be a function of the purity, got 0.5'],
    [
      { keep: (p: Tensor) => p.add(tensor(1)) },
      'gradDrop: keep must be made of elementwise operations on its argument and numbers, got another tensor',
    ],
    [
      { keep: (p: Tensor) => p.broadcastTo([3]).sum() },
      'gradDrop: keep must be made of elementwise operations on its argument and numbers, got reshape',
    ],
    [
      { keep: (p: Tensor) => deep(p, 257) },
      'gradDrop: keep must be at most 256 operations deep, got one that is deeper',
    ],
    [{ keep: (p: Tensor) => p.broadcastTo([2]) }, 'gradDrop: keep must return a scalar for a scalar, got shape [2]'],
    [{ leak: 1.5 }, 'gradDrop: a leak must be from 0 to 1, got 1.5'],
    [{ leak: [0, -1] }, 'gradDrop: a leak must be from 0 to 1, got -1'],
    [{ leak: tensor([2, 0]) }, 'gradDrop: a leak must be from 0 to 1, got 2'],
    [{ leak: tensor([0, NaN]) }, 'gradDrop: a leak must be from 0 to 1, got NaN'],
    [{ leak: '1' }, "gradDrop: a leak must be from 0 to 1, got '1'"],
    [{ leak: null }, 'gradDrop: a leak must be from 0 to 1, got null'],
    [{ inputSign: 'no' }, "gradDrop: inputSign must be true or false, got 'no'"],
    [{ preserveNorm: 1 }, 'gradDrop: preserveNorm must be true or false, got 1'],
    [{ leak: [0, 0, 0] }, 'gradDrop: leak must be a number or one for each of 2 lanes, got shape [3]'],
    [{ leak: zeros([1]) }, 'gradDrop: leak must be a number or one for each of 2 lanes, got shape [1]'],
    [{ zeroSign: 'plus' }, "gradDrop: zeroSign must be 'keep', 'drop', 'positive', got 'plus'"],
    [{ marginalize: 'all' }, "gradDrop: marginalize must be 'batch', 'none' or a list of axes, got 'all'"],
    [{ marginalize: [2] }, 'gradDrop: axis must be an integer from -2 to 1, got 2'],
    [{ draw: zeros([2, 3]) }, "gradDrop: draw must have the purity's shape [1, 3], got [2, 3]"],
  ])('%o', (options, message) => {
    expect(() => gradDrop(h, 2, wrong(options))).toThrow(message);
  });

  test('of a tensor of rank 0 or 1 it must be said whether its axis counts examples', () => {
    expect(() => gradDrop(zeros([3]), 2, { key: k })).toThrow(
      "gradDrop: marginalize must be given for shape [3]: 'batch' if the first axis counts examples, else 'none'",
    );
    expect(() => gradDrop(1, 2, { key: k })).toThrow('gradDrop: marginalize must be given for shape []');
    expect(() => gradDrop(1, 2, { key: k, marginalize: 'batch' })).toThrow(
      "gradDrop: a scalar has no batch axis; marginalize must be 'none', got 'batch'",
    );
  });

  test('lanes must be a positive integer, and leave room for their axis', () => {
    for (const lanes of [0, -1, 1.5, NaN])
      expect(() => fanOut(h, lanes, c.sumLanes())).toThrow(`fanOut: lanes must be a positive integer, got ${lanes}`);
    expect(() => gradDrop(zeros([1, 1, 1, 1, 1, 1, 1, 1]), 2, { key: k })).toThrow(
      'gradDrop: lanes add an axis, so rank must be at most 7, got [1, 1, 1, 1, 1, 1, 1, 1]',
    );
    // @ts-expect-error a function is wanted
    expect(() => fanOut(h, 2, 'sum')).toThrow("fanOut: the rule must be a function, got 'sum'");
  });

  test('a disposed tensor is no input', () => {
    const x = tensor([1, 2]);
    x.dispose();
    expect(() => gradDrop(x, 2, { key: k, marginalize: 'none' })).toThrow(
      'gradDrop: the tensor of shape [2] has been disposed',
    );
  });

  test('in the name of signDrop, if that is what was called', () => {
    expect(() => signDrop(wrong({ k: 7 }))).toThrow('signDrop: k must be from 0 to 1, got 7');
    expect(() => fanOut(zeros([3]), 2, signDrop({ key: k }))).toThrow(
      'signDrop: marginalize must be given for shape [3]',
    );
    expect(() => lanesReport(zeros([2, 3]), zeros([4]), { key: k, marginalize: 'none' })).toThrow(
      'lanesReport: the lanes must have shape [lanes, ...[4]], got [2, 3]',
    );
  });
});

test('over parameters there is no batch', () => {
  for (const marginalize of ['batch', [0]] as const)
    expect(() => signDrop({ key: k, marginalize })(zeros([2, 3]))).toThrow(
      'signDrop: over parameters there is no batch to sum over',
    );
  expect(() => multiGrad((w: Tensor) => [w.sum(), w.sum()], signDrop({ key: k, marginalize: 'batch' }))(h)).toThrow(
    "signDrop: over parameters there is no batch to sum over; marginalize must be 'none', got 'batch'",
  );
});

test('a rule must return the shape of what it merges', () => {
  expect(() => grad((x: Tensor) => fanOut(x, 2, (g) => g).sum())(zeros([3]))).toThrow(
    'fanOut: the rule must return shape [3], got [2, 3]',
  );
});

describe('rules say what they need', () => {
  test.each<[() => unknown, string]>([
    [() => fanOut(h, 3, c.constant([1, 2])), 'constant: one weight for each of 3 lanes is needed, got shape [2]'],
    [() => c.pcgrad({} as never), 'pcgrad: a key is needed, made by key(seed), got undefined'],
    [() => c.iterativePcgrad({ key: 1 as never }), 'iterativePcgrad: a key is needed, made by key(seed), got 1'],
    [() => c.randomWeights({} as never), 'randomWeights: a key is needed'],
    [() => c.cagrad({ c: '1' as never }), "cagrad: c must be a finite number, at least 0, got '1'"],
    [() => c.famo({ lr: '1' as never }), "famo: lr must be a finite number, got '1'"],
    [() => c.dwa({ temperature: NaN }), 'dwa: temperature must be a positive number, got NaN'],
    [() => c.dwa({ temperature: 0 }), 'dwa: temperature must be a positive number, got 0'],
    [() => c.stch({ preference: [-1, 1] }), 'stch: preferences must be non-negative, got [-1, 1]'],
    [() => c.constant([1, NaN]), 'constant: weights must be finite numbers, got [1, NaN]'],
    [
      () => c.alignedMtl({ scale: 'toString' as never }),
      "alignedMtl: scale must be 'min', 'median' or 'rmse', got 'toString'",
    ],
    [() => c.cagrad({ c: -1 }), 'cagrad: c must be a finite number, at least 0, got -1'],
    [() => c.cagrad({ c: Infinity }), 'cagrad: c must be a finite number, at least 0, got Infinity'],
    [() => c.fairGrad({ alpha: NaN }), 'fairGrad: alpha must not be negative, got NaN'],
    [() => c.alignedMtl({ scale: 'max' as never }), "alignedMtl: scale must be 'min', 'median' or 'rmse', got 'max'"],
    [() => c.upgrad({ preference: [1, -1] }), 'upgrad: preferences must be non-negative, got [1, -1]'],
    [
      () => fanOut(h, 3, c.dualProj({ preference: [1, 1] })),
      'dualProj: one preference for each of 3 lanes is needed, got 2',
    ],
    [
      () => c.config({ preference: [1, 1] })(zeros([3, 2])),
      'config: one preference for each of 3 lanes is needed, got 2',
    ],
    [() => c.krum({ byzantine: -1 }), 'krum: byzantine must be a non-negative integer, got -1'],
    [() => c.krum({ byzantine: 1, selected: 0 }), 'krum: selected must be a positive integer, got 0'],
    [() => fanOut(h, 3, c.krum({ byzantine: 1 })), 'krum: at least 4 lanes are needed, got 3'],
    [() => c.trimmedMean({ trim: 0.5 }), 'trimmedMean: trim must be a non-negative integer, got 0.5'],
    [() => fanOut(h, 4, c.trimmedMean({ trim: 2 })), 'trimmedMean: more than 4 lanes are needed, got 4'],
    [() => c.gradVac({ beta: 2 }), 'gradVac: beta must be from 0 to 1, got 2'],
    [() => c.stch({ mu: 0 }), 'stch: mu must be positive, got 0'],
    [() => c.gradNorm().init(0), 'gradNorm: lanes must be a positive integer, got 0'],
    [
      () => c.gradNorm().apply([1, 2], c.gradNorm().init(2)),
      'gradNorm: the norms of the gradients are needed, got none',
    ],
    [
      () => c.dwa().apply(zeros([3]), c.dwa().init(2)),
      'dwa: 2 losses are needed, as a list of scalars or a tensor [2], got shape [3]',
    ],
    [() => c.clipByNorm(h, -1), 'clipByNorm: the norm must not be negative, got -1'],
  ])('%s', (f, message) => {
    expect(f).toThrow(message);
  });
});

describe('multiGrad speaks of functions that do not fit', () => {
  test.each<[() => unknown, string]>([
    [() => multiGrad((w: Tensor) => [w], c.sumLanes())(h), 'multiGrad: each loss must be a scalar, got shape [2, 3]'],
    [() => multiGrad((w: Tensor) => w.sum(), c.sumLanes())(h), 'multiGrad: the function must return a list of losses'],
    [() => multiGrad((_: Tensor) => [], c.sumLanes())(h), 'multiGrad: the function must return a list of losses'],
    [
      () => multiGrad((w: Tensor) => [w.sum()], c.sumLanes(), { argnums: 1 })(h),
      'multiGrad: argnums must be integers from 0 to 0, got 1',
    ],
    [
      () =>
        multiGrad(
          (w: Tensor) => [w.sum(), w.sum()],
          (g) => g,
        )(h),
      'multiGrad: the rule must return shape [6], got [2, 6]',
    ],
    [
      () => multiGrad({ trunk: (w: Tensor) => [w] as never, heads: (t: Tensor) => [t.sum()] }, c.sumLanes())(h),
      'multiGrad: the trunk must return one tensor, got a tree',
    ],
  ])('%s', (f, message) => {
    expect(f).toThrow(message);
  });
});

describe('a rule speaks of lanes that are none', () => {
  // prettier-ignore
  const rules = {
    sumLanes: c.sumLanes(), meanLanes: c.meanLanes(), constant: c.constant([1, 2]), mgda: c.mgda(), cagrad: c.cagrad(),
    signDrop: signDrop({ key: k }), pcgrad: c.pcgrad({ key: k }), iterativePcgrad: c.iterativePcgrad({ key: k }),
    imtlG: c.imtlG(), nashMtl: c.nashMtl(), alignedMtl: c.alignedMtl(), upgrad: c.upgrad(), dualProj: c.dualProj(),
    gradVac: c.gradVac(), config: c.config(), fairGrad: c.fairGrad(), krum: c.krum({ byzantine: 0 }),
    trimmedMean: c.trimmedMean({ trim: 0 }), randomWeights: c.randomWeights({ key: k }),
  };
  test.each(Object.entries(rules))('%s', (name, rule) => {
    const none = `${name}: gradients must have shape [lanes, …], got `;
    expect(() => rule(tensor(1))).toThrow(`${none}[]`);
    expect(() => rule(1 as never)).toThrow(`${none}[]`);
    expect(() => rule(zeros([0, 2]))).toThrow(`${none}[0, 2]`);
    expect(() => rule([[1], [2]] as never)).toThrow(`${name}: an operand must be a tensor or a number, got [[1], [2]]`);
  });
});

test.each(['gradNorm', 'uncertainty', 'dwa', 'geometricMean', 'imtlL', 'stch', 'famo', 'gradVac'] as const)(
  '%s without its state names init',
  (name) => {
    const weighting = c[name]() as unknown as { apply: (losses: Tensor) => unknown };
    expect(() => weighting.apply(zeros([2]))).toThrow(`${name}: a state made by init is needed`);
  },
);

test('randomLossWeights without its state names init', () => {
  const weighting = c.randomLossWeights({ key: c.key(1) });
  expect(() => weighting.apply(zeros([2]), undefined as never)).toThrow(
    'randomLossWeights: a state made by init is needed',
  );
});
