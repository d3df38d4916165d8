import { expect, test } from 'vitest';
import { optim, setDevice, tensor } from '../../src/index.ts';

await setDevice('reference');

const { sgd, adam, adamW, rmsProp } = optim;
const learningRate = 0.1;
const opt = sgd({ learningRate, momentum: 0.9 });
const params = { a: tensor([1, 2]), b: tensor(3) };
const update = (grads: unknown, state: unknown = opt.init(params), options = {}): unknown =>
  opt.update(params, grads, state as optim.OptimiserState, options);

const cases: [f: () => unknown, message: string][] = [
  [() => sgd({ learningRate: 0 }), 'optim.sgd: learningRate must be a finite number above 0, got 0'],
  [() => adam({ learningRate: -1 }), 'optim.adam: learningRate must be a finite number above 0, got -1'],
  [() => adamW({ learningRate: NaN }), 'optim.adamW: learningRate must be a finite number above 0, got NaN'],
  [
    () => rmsProp({ learningRate: Infinity }),
    'optim.rmsProp: learningRate must be a finite number above 0, got Infinity',
  ],
  [() => adam({} as never), 'optim.adam: learningRate must be a finite number above 0, got undefined'],
  [
    () => adam({ learningrate: 1 } as never),
    'optim.adam: the options are learningRate, betas, eps, weightDecay, got learningrate; did you mean learningRate?',
  ],
  [() => sgd({ learningRate, momentum: 1 }), 'optim.sgd: momentum must be from 0 to below 1, got 1'],
  [() => sgd({ learningRate, dampening: -0.1 }), 'optim.sgd: dampening must be from 0 to below 1, got -0.1'],
  [
    () => sgd({ learningRate, nesterov: true }),
    'optim.sgd: nesterov needs a momentum above 0 and no dampening, got 0 and 0',
  ],
  [
    () => sgd({ learningRate, nesterov: 1 as never, momentum: 0.5 }),
    'optim.sgd: nesterov must be true or false, got 1',
  ],
  [() => sgd({ learningRate, weightDecay: -1 }), 'optim.sgd: weightDecay must be a finite number at least 0, got -1'],
  [() => adam({ learningRate, betas: [0.9, 1] }), 'optim.adam: a beta must be from 0 to below 1, got 1'],
  [() => adam({ learningRate, betas: [0.9] as never }), 'optim.adam: betas must be two numbers, got [0.9]'],
  [() => adam({ learningRate, betas: 0.9 as never }), 'optim.adam: betas must be two numbers, got 0.9'],
  [() => adamW({ learningRate, eps: -1 }), 'optim.adamW: eps must be a finite number at least 0, got -1'],
  [
    () => adamW({ learningRate, weightDecay: NaN }),
    'optim.adamW: weightDecay must be a finite number at least 0, got NaN',
  ],
  [() => rmsProp({ learningRate, decay: 1 }), 'optim.rmsProp: decay must be from 0 to below 1, got 1'],
  [
    () => rmsProp({ learningRate, centered: 'yes' as never }),
    "optim.rmsProp: centered must be true or false, got 'yes'",
  ],
  [() => opt.init({ a: tensor(1), b: 2 }), 'optim.sgd: parameters must be tensors, got 2; scalar(2) makes one'],
  [
    () => update({ a: tensor([1, 2]) }),
    `optim.sgd: gradients must have the parameters' structure {"a":*,"b":*}, got {"a":*}`,
  ],
  [
    () => update({ a: tensor([1, 2, 3]), b: tensor(1) }),
    "optim.sgd: gradients must have the parameters' shapes, got [3] for [2]",
  ],
  [
    () => update(params, sgd({ learningRate }).init(params)),
    `optim.sgd: the state's momentum must have the parameters' structure {"a":*,"b":*}, got undefined`,
  ],
  [
    () => update(params, { ...opt.init(params), momentum: { a: tensor(0), b: tensor(0) } }),
    "optim.sgd: the state's momentum must have the parameters' shapes, got [] for [2]",
  ],
  [() => update(params, {}), 'optim.sgd: an operand must be a tensor or a number, got undefined'],
  [
    () => update(params, undefined, { learningRate: -1 }),
    'optim.sgd: learningRate must be a finite number at least 0, got -1',
  ],
  [
    () => update(params, undefined, { learningRate: tensor([1, 2]) }),
    'optim.sgd: learningRate must be a scalar, got shape [2]',
  ],
  [() => update(params, undefined, { rate: 1 }), 'optim.sgd: the options are learningRate, got rate'],
  [() => optim.clipByValue(params, 0), 'optim.clipByValue: the limit must be a finite number above 0, got 0'],
  [() => optim.skipNonFinite({} as never), 'optim.skipNonFinite: a function is needed, got undefined'],
];

test.each(cases)('%#', (f, message) => {
  expect(f).toThrow(message);
});
