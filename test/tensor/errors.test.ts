import { beforeAll, describe, expect, test } from 'vitest';
import '../../src/tensor/methods.ts';
import { setDevice } from '../../src/device/devices.ts';
import { arange, eye, full, linspace, oneHot, ones, tensor, zeros } from '../../src/tensor/create.ts';
import { key, foldIn } from '../../src/tensor/key.ts';
import * as ew from '../../src/tensor/ops/named.ts';
import { conv2d, convTranspose2d } from '../../src/tensor/ops/convolution.ts';
import { einsum } from '../../src/tensor/ops/einsum.ts';
import { gather, scatterAdd, take } from '../../src/tensor/ops/indexing.ts';
import { bceWithLogits, crossEntropy, huber, mse } from '../../src/tensor/ops/losses.ts';
import { matmul } from '../../src/tensor/ops/matmul.ts';
import * as move from '../../src/tensor/ops/movement.ts';
import { batchNorm, layerNorm } from '../../src/tensor/ops/normalization.ts';
import { avgPool2d, maxPool2d } from '../../src/tensor/ops/pooling.ts';
import * as fold from '../../src/tensor/ops/reduce.ts';
import { logSoftmax, softmax } from '../../src/tensor/ops/softmax.ts';
import { sort, topK } from '../../src/tensor/ops/sort.ts';
import { random } from '../../src/tensor/random.ts';
import { split } from '../../src/tensor/split.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { grad } from '../../src/tensor/transforms/grad.ts';

beforeAll(() => setDevice('reference'));

const shaped = (...shape: number[]): Tensor => zeros(shape);
const disposed = (): Tensor => {
  const x = tensor([1, 2]);
  x.dispose();
  return x;
};
const any = (x: unknown): never => x as never;

/**
 * What a user may do wrong, and what is said then: while the graph is built, before anything runs.
 */
const mistakes: Record<string, [() => unknown, string][]> = {
  'tensors from data': [
    [() => tensor([[1, 2], [3]]), 'tensor: nested arrays must be even, got [2] at 0 and [1] at 1'],
    [() => tensor(any([1, [2]])), 'tensor: nested arrays must be even, got [] at 0 and [1] at 1'],
    [() => tensor([1, 2, 3], { shape: [2, 2] }), 'tensor: 3 elements cannot fill [2, 2]'],
    [() => tensor(any(['a'])), "tensor: elements must be numbers, got 'a'"],
    [() => tensor(any(undefined)), 'tensor: elements must be numbers, got undefined'],
    [() => tensor([1], { shape: [1.5] }), 'tensor: a shape must be a list of non-negative integers, got [1.5]'],
    [() => zeros([-1]), 'zeros: a shape must be a list of non-negative integers, got [-1]'],
    [() => ones(any(3)), 'ones: a shape must be a list of non-negative integers, got 3'],
    [() => full([1, 1, 1, 1, 1, 1, 1, 1, 1], 0), 'full: rank must be at most 8, got [1, 1, 1, 1, 1, 1, 1, 1, 1]'],
    [() => arange(0, 5, 0), 'arange: bounds must be finite and the step not 0, got 0, 5, 0'],
    [() => linspace(0, 1, -2), 'linspace: the count must be a non-negative integer, got -2'],
    [() => eye(2.5), 'eye: a shape must be a list of non-negative integers, got [2.5, 2.5]'],
    [() => oneHot(tensor([0]), -1), 'oneHot: depth must be a non-negative integer, got -1'],
    [() => oneHot(tensor([0, 3]), 3), 'oneHot: indices must be integers from 0 to 2, got 3'],
  ],
  operands: [
    [() => ew.add(shaped(2), shaped(3)), 'add: shapes must broadcast together, got [2] and [3]'],
    [() => ew.where(shaped(2), shaped(2, 3), 1), 'where: shapes must broadcast together, got [2] and [2, 3] and []'],
    [() => ew.tanh(any('1')), "tanh: an operand must be a tensor or a number, got '1'"],
    [() => ew.add(shaped(2), any(undefined)), 'add: an operand must be a tensor or a number, got undefined'],
    [() => shaped(2).mul(any([1, 2])), 'mul: an operand must be a tensor or a number, got [1, 2]'],
    [() => disposed().add(1), 'add: the tensor of shape [2] has been disposed'],
    [() => ew.exp(disposed()), 'exp: the tensor of shape [2] has been disposed'],
    [() => matmul(shaped(2, 2), disposed()), 'matmul: the tensor of shape [2] has been disposed'],
    [() => ew.exp(any({ node: {}, shape: [2] })), 'exp: the tensor belongs to another copy of cotangent'],
  ],
  axes: [
    [() => fold.sum(shaped(2, 3), { axis: 2 }), 'sum: axis must be an integer from -2 to 1, got 2'],
    [() => fold.mean(shaped(2), { axis: -2 }), 'mean: axis must be an integer from -1 to 0, got -2'],
    [() => fold.max(shaped(2), { axis: 0.5 }), 'max: axis must be an integer from -1 to 0, got 0.5'],
    [() => fold.prod(shaped(2, 2), { axis: [0, -2] }), 'prod: axes must differ, got [0, -2]'],
    [() => fold.variance(shaped(2), { axis: 1 }), 'variance: axis must be an integer from -1 to 0, got 1'],
    [() => fold.std(shaped(2), { axis: 1 }), 'std: axis must be an integer from -1 to 0, got 1'],
    [() => fold.norm(shaped(2), { axis: 1 }), 'norm: axis must be an integer from -1 to 0, got 1'],
    [() => fold.logSumExp(shaped(2), { axis: 1 }), 'logSumExp: axis must be an integer from -1 to 0, got 1'],
    [() => fold.max(shaped(2, 0), { axis: 1 }), 'max: an empty axis has no max, got shape [2, 0]'],
    [() => fold.min(shaped(0)), 'min: an empty axis has no min, got shape [0]'],
    [() => fold.argMax(shaped(2, 0), { axis: 1 }), 'argMax: an empty axis has no extreme, got shape [2, 0]'],
    [() => fold.argMin(shaped(0)), 'argMin: an empty axis has no extreme, got shape [0]'],
    [() => fold.cumsum(shaped(2), { axis: 1 }), 'cumsum: axis must be an integer from -1 to 0, got 1'],
    [() => fold.cumsum(1), 'cumsum: a scalar has no axis, got 0'],
    [() => softmax(shaped(2), { axis: 1 }), 'softmax: axis must be an integer from -1 to 0, got 1'],
    [() => logSoftmax(3), 'logSoftmax: a scalar has no axis, got -1'],
    [() => sort(shaped(2), { axis: 1 }), 'sort: axis must be an integer from -1 to 0, got 1'],
    [
      () => move.stack([shaped(1, 1, 1, 1, 1, 1, 1, 1)]),
      'stack: rank must be at most 8, got [1, 1, 1, 1, 1, 1, 1, 1, 1]',
    ],
    [() => shaped(2).unsqueeze(any(undefined)), 'unsqueeze: axis must be an integer from -2 to 1, got undefined'],
    [() => fold.sum(shaped(2), { keepDims: any('no') }), "sum: keepDims must be true or false, got 'no'"],
    [() => fold.argMax(shaped(2), { keepDims: any(1) }), 'argMax: keepDims must be true or false, got 1'],
  ],
  movements: [
    [() => move.reshape(shaped(2, 3), [4]), 'reshape: 6 elements cannot fill [4]'],
    [() => move.reshape(shaped(2, 3), [-1, -1]), 'reshape: at most one size may be -1, got [-1, -1]'],
    [() => move.reshape(shaped(2, 3), [4, -1]), 'reshape: 6 elements cannot fill [4, -1]'],
    [() => move.reshape(shaped(0), [0, -1]), 'reshape: 0 elements cannot fill [0, -1]'],
    [() => move.reshape(shaped(2), any(2)), 'reshape: a shape must be a list of non-negative integers, got 2'],
    [() => move.permute(shaped(2, 3), [0, 0]), 'permute: the order must name each of 2 axes once, got [0, 0]'],
    [() => move.permute(shaped(2, 3), [1]), 'permute: the order must name each of 2 axes once, got [1]'],
    [() => move.transpose(shaped(2, 3), [0, 2]), 'transpose: axis must be an integer from -2 to 1, got 2'],
    [() => move.broadcastTo(shaped(2), [3]), 'broadcastTo: [2] cannot be broadcast to [3]'],
    [() => move.broadcastTo(shaped(2, 1), [2]), 'broadcastTo: [2, 1] cannot be broadcast to [2]'],
    [() => move.squeeze(shaped(2, 1), { axis: 0 }), 'squeeze: axis 0 must have size 1, got shape [2, 1]'],
    [() => move.unsqueeze(shaped(2), 2), 'unsqueeze: axis must be an integer from -2 to 1, got 2'],
    [
      () => move.unsqueeze(shaped(1, 1, 1, 1, 1, 1, 1, 1), 0),
      'unsqueeze: rank must be at most 8, got [1, 1, 1, 1, 1, 1, 1, 1, 1]',
    ],
    [() => move.slice(shaped(2), [0, 0]), 'slice: at most 1 bounds fit shape [2], got [0, 0] to []'],
    [() => move.slice(shaped(2), [0.5]), 'slice: bounds must be integers, got 0.5'],
    [() => move.pad(shaped(2), []), 'pad: one [before, after] for each of 1 axes is needed, got 0'],
    [() => move.pad(shaped(2), [[-1, 0]]), 'pad: widths must be pairs of non-negative integers, got [-1, 0]'],
    [() => move.flip(shaped(2), { axis: 1 }), 'flip: axis must be an integer from -1 to 0, got 1'],
    [() => move.concat([]), 'concat: at least one tensor is needed, got none'],
    [() => move.concat([shaped(2), shaped(2, 2)]), 'concat: shapes must agree off axis 0, got [2] and [2, 2]'],
    [
      () => move.concat([shaped(2, 2), shaped(3, 3)], { axis: 1 }),
      'concat: shapes must agree off axis 1, got [2, 2] and [3, 3]',
    ],
    [() => move.stack([shaped(2), shaped(3)]), 'stack: shapes must agree, got [2] and [3]'],
    [() => move.stack([]), 'stack: at least one tensor is needed, got none'],
    [() => move.stack([shaped(2)], { axis: 2 }), 'stack: axis must be an integer from -2 to 1, got 2'],
    [() => split(shaped(5), 2), 'split: 2 equal parts do not fit an axis of size 5'],
    [() => split(shaped(5), [2, 2]), 'split: sizes must be non-negative integers with sum 5, got [2, 2]'],
    [() => split(shaped(5), 0), 'split: 0 equal parts do not fit an axis of size 5'],
    [() => shaped(3).at(3), 'at: index must be an integer from -3 to 2, got 3'],
    [() => shaped().at(0), 'at: a scalar has no slices'],
    [() => [...shaped()], 'iterate: a scalar has no slices'],
  ],
  linear: [
    [() => matmul(shaped(2, 3), shaped(4, 5)), 'matmul: inner dimensions must agree, got [2, 3] and [4, 5]'],
    [() => matmul(shaped(3), shaped(2)), 'matmul: inner dimensions must agree, got [3] and [2]'],
    [() => matmul(shaped(2, 2), 3), 'matmul: operands must have at least one axis, got [2, 2] and []'],
    [
      () => matmul(shaped(2, 2, 3), shaped(3, 3, 2)),
      'matmul: batch dimensions must broadcast together, got [2, 2, 3] and [3, 3, 2]',
    ],
    [() => einsum('ij,jk->ik', shaped(2, 2)), "einsum: 'ij,jk->ik' names 2 operands, got 1"],
    [
      () => einsum('ij->ik', shaped(2, 2)),
      "einsum: the result must name axes of the operands, each once, got 'ij->ik'",
    ],
    [
      () => einsum('ij->ii', shaped(2, 2)),
      "einsum: the result must name axes of the operands, each once, got 'ij->ii'",
    ],
    [() => einsum('ij,jk', shaped(2, 3), shaped(2, 3)), "einsum: 'j' must stand for one size, got 3 and 2"],
    [() => einsum('ii', shaped(2, 3)), "einsum: 'i' must stand for one size, got 2 and 3"],
    [() => einsum('ijk', shaped(2, 3)), "einsum: 'ijk' must name the axes of its operand, got shape [2, 3]"],
    [() => einsum('i', shaped(2, 3)), "einsum: 'i' must name the axes of its operand, got shape [2, 3]"],
    [() => einsum('i..->i', shaped(2, 3)), "einsum: dots must come as one ellipsis '...', got 'i..->i'"],
    [() => einsum('i-j', shaped(2, 3)), "einsum: the specification must read like 'ij,jk->ik', got 'i-j'"],
    [() => einsum(any(shaped(2))), 'einsum: the specification must read like'],
    [() => conv2d(shaped(3, 3), shaped(1, 1, 2, 2)), 'conv2d: images must have shape [N, C, H, W], got [3, 3]'],
    [() => conv2d(shaped(1, 1, 3, 3), shaped(2, 2)), 'conv2d: filters must have rank 4, got shape [2, 2]'],
    [
      () => conv2d(shaped(1, 2, 3, 3), shaped(1, 3, 2, 2)),
      'conv2d: images and filters must agree in channels, got [1, 2, 3, 3] and [1, 3, 2, 2] in 1 groups',
    ],
    [
      () => conv2d(shaped(1, 2, 3, 3), shaped(3, 1, 2, 2), { groups: 2 }),
      'conv2d: groups must divide the 3 filters, got 2',
    ],
    [
      () => conv2d(shaped(1, 1, 2, 2), shaped(1, 1, 3, 3)),
      'conv2d: a window of [3, 3] must fit the padded image, got [2, 2]',
    ],
    [
      () => conv2d(shaped(1, 1, 3, 3), shaped(1, 1, 2, 2), { dilation: 3 }),
      'conv2d: a window of [4, 4] must fit the padded image, got [3, 3]',
    ],
    [
      () => conv2d(shaped(1, 1, 3, 3), shaped(1, 1, 2, 2), { stride: 0 }),
      'conv2d: stride must be an integer from 1 on, or two of them, got 0',
    ],
    [
      () => conv2d(shaped(1, 1, 3, 3), shaped(1, 1, 2, 2), { padding: any([1, 1, 1]) }),
      'conv2d: padding must be an integer from 0 on, or two of them, got [1, 1, 1]',
    ],
    [
      () => convTranspose2d(shaped(1, 1, 2, 2), shaped(2, 1, 2, 2)),
      'convTranspose2d: images and filters must agree in channels, got [1, 1, 2, 2] and [2, 1, 2, 2]',
    ],
    [
      () => convTranspose2d(shaped(1, 1, 2, 2), shaped(1, 1, 2, 2), { stride: 2, outputPadding: 2 }),
      'convTranspose2d: outputPadding must be less than the stride or the dilation, got 2',
    ],
    [
      () => convTranspose2d(shaped(1, 1, 1, 1), shaped(1, 1, 1, 1), { padding: 1 }),
      'convTranspose2d: padding must leave an image, got size [-1, -1]',
    ],
    [() => maxPool2d(shaped(3, 3), { size: 2 }), 'maxPool2d: images must have shape [N, C, H, W], got [3, 3]'],
    [
      () => maxPool2d(shaped(1, 1, 3, 3), { size: 2, padding: 2 }),
      'maxPool2d: padding must be at most half the size, got [2, 2] and [2, 2]',
    ],
    [
      () => maxPool2d(shaped(1, 1, 3, 3), any({})),
      'maxPool2d: size must be an integer from 1 on, or two of them, got undefined',
    ],
    [
      () => avgPool2d(shaped(1, 1, 3, 3), { size: 4 }),
      'avgPool2d: a window of [4, 4] must fit the padded image, got [3, 3]',
    ],
    [() => batchNorm(shaped(3)), 'batchNorm: x must have shape [N, C, …], got [3]'],
    [() => batchNorm(shaped(2, 3), { mean: shaped(2) }), 'batchNorm: mean must have shape [3], got [2]'],
    [() => batchNorm(shaped(2, 3), { eps: -1 }), 'batchNorm: eps must be a non-negative number, got -1'],
    [() => layerNorm(3), 'layerNorm: x must have an axis, got a scalar'],
  ],
  indices: [
    [() => gather(tensor([1, 2, 3]), tensor([0, NaN])), 'gather: indices must be integers from 0 to 2, got NaN'],
    [() => gather(tensor([1, 2, 3]), tensor([1.5])), 'gather: indices must be integers from 0 to 2, got 1.5'],
    [() => gather(tensor([1, 2, 3]), tensor([3])), 'gather: indices must be integers from 0 to 2, got 3'],
    [() => gather(tensor([1, 2, 3]), tensor([-1])), 'gather: indices must be integers from 0 to 2, got -1'],
    [
      () => gather(shaped(2, 3), tensor([[0, 5]]).transpose(), { axis: 1 }),
      'gather: indices must be integers from 0 to 2, got 5',
    ],
    [
      () => gather(shaped(2, 3), zeros([3, 1]), { axis: 1 }),
      'gather: indices must not reach beyond the tensor off axis 1, got [3, 1] and [2, 3]',
    ],
    [() => gather(shaped(2, 3), tensor([2])), 'gather: indices must be integers from -2 to 1, got 2'],
    [() => gather(1, tensor([0])), 'gather: a scalar has no axis, got 0'],
    [() => take(shaped(2, 3), tensor([3]), { axis: 1 }), 'take: indices must be integers from -3 to 2, got 3'],
    [() => take(shaped(2), -3), 'take: indices must be integers from -2 to 1, got -3'],
    [() => take(shaped(0), tensor([0])), 'take: an axis of size 0 has no elements, got index 0'],
    [() => scatterAdd(shaped(2), tensor([2]), 1), 'scatterAdd: indices must be integers from 0 to 1, got 2'],
    [() => scatterAdd(shaped(3), tensor([0, 1]), shaped(3)), 'scatterAdd: [3] cannot be broadcast to [2]'],
    [
      () => scatterAdd(shaped(5, 2), tensor([0, 1, 2]), shaped(4, 4)),
      'scatterAdd: [4, 4] cannot be broadcast to [3, 2]',
    ],
    [
      () => scatterAdd(shaped(2, 2), zeros([3, 1]), 1, { axis: 1 }),
      'scatterAdd: indices must not reach beyond the tensor off axis 1, got [3, 1] and [2, 2]',
    ],
    [() => topK(shaped(3), 4), 'topK: k must be an integer from 0 to 3, the size of the axis, got 4'],
    [() => topK(shaped(3), 1.5), 'topK: k must be an integer from 0 to 3, the size of the axis, got 1.5'],
    [() => crossEntropy(shaped(2, 3), tensor([0, 3])), 'crossEntropy: indices must be integers from 0 to 2, got 3'],
    [() => crossEntropy(shaped(2, 3), tensor([0, NaN])), 'crossEntropy: indices must be integers from 0 to 2, got NaN'],
  ],
  losses: [
    [() => mse(shaped(2), shaped(2, 1)), 'mse: shapes must agree, got [2] and [2, 1]'],
    [() => huber(shaped(2), shaped(3)), 'huber: shapes must agree, got [2] and [3]'],
    [() => huber(shaped(2), shaped(2), { delta: 0 }), 'huber: delta must be a positive number, got 0'],
    [() => bceWithLogits(shaped(2), shaped(3)), 'bceWithLogits: shapes must agree, got [2] and [3]'],
    [
      () => crossEntropy(shaped(2, 3), shaped(3)),
      'crossEntropy: labels must be class indices of shape [2] or probabilities of shape [2, 3], got [3]',
    ],
    [() => crossEntropy(1, 0), 'crossEntropy: a scalar has no axis, got -1'],
  ],
  random: [
    [() => key(-1), 'key: a seed must be an integer from 0 to 2^53 − 1, got -1'],
    [() => key(1.5), 'key: a seed must be an integer from 0 to 2^53 − 1, got 1.5'],
    [() => foldIn(key(0), -1), 'foldIn: the number must be an integer from 0 to 2^32 − 1, got -1'],
    [() => foldIn(key(0), tensor([1, 2])), 'foldIn: the number must be a scalar, got shape [2]'],
    [() => split(key(0), 0), 'split: the number of keys must be a positive integer, got 0'],
    [() => random.uniform(any(3), [2]), 'random.uniform: a key is needed, made by key(seed), got 3'],
    [() => random.normal(key(0), [-1]), 'random.normal: a shape must be a list of non-negative integers, got [-1]'],
    [() => random.bernoulli(key(0), 1.5), 'random.bernoulli: a probability must be from 0 to 1, got 1.5'],
    [() => random.bernoulli(key(0), shaped(3), [2]), 'random.bernoulli: [3] cannot be broadcast to [2]'],
    [() => random.permutation(key(0), -1), 'random.permutation: the count must be a non-negative integer, got -1'],
    [() => random.permutation(key(0), shaped()), 'random.permutation: a scalar has no axis to put in order'],
  ],
};

for (const [kind, list] of Object.entries(mistakes))
  describe(`mistakes in ${kind} are named`, () => {
    for (const [make, message] of list)
      test(message, () => {
        expect(make).toThrow(message);
      });
  });

test('reads of what cannot be read say so', async () => {
  await expect(tensor([1, 2]).item()).rejects.toThrow('item: a tensor of size 1 is needed, got shape [2]');
  await expect(disposed().data()).rejects.toThrow('data: the tensor of shape [2] has been disposed');
  expect(() => disposed().dataSync()).toThrow('dataSync: the tensor of shape [2] has been disposed');
});

test('an index that only a device knows gives NaN where it fits no place, and no derivative', async () => {
  const x = tensor([1, 2, 3]);
  const at = tensor([0, 2, 3, -3, -4, 1.25, NaN]).mul(tensor(1));
  expect(await take(x, at).array()).toEqual([1, 3, NaN, 1, NaN, NaN, NaN]);
  expect(await gather(x, at).array()).toEqual([1, 3, NaN, NaN, NaN, NaN, NaN]);
  const rows = take(tensor([[1, 2, 3]]), tensor([[1, 3]]).mul(tensor(1)), { axis: 1 });
  expect(await rows.array()).toEqual([[[2, NaN]]]);
  expect(await grad((t: Tensor) => take(t, at).sum())(x).array()).toEqual([2, 0, 1]);
});

test('a label that only a device knows and that is no class makes the loss NaN', async () => {
  const logits = tensor([
    [1, 2],
    [3, 4],
  ]);
  const loss = (labels: number[]): Promise<number> => crossEntropy(logits, tensor(labels).mul(tensor(1))).item();
  for (const wrong of [2, -1, 0.5, NaN]) expect(await loss([0, wrong])).toBeNaN();
  expect(await loss([0, 1])).toBeCloseTo((Math.log1p(Math.E) + Math.log1p(1 / Math.E)) / 2, 12);
});
