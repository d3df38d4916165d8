import { describe, expect, test } from 'vitest';
import { interned } from '../../src/graph/node.ts';
import { elementwise } from '../../kernels/elementwise.ts';
import * as cotangent from '../../src/index.ts';

/** The operations beside the table's whose first argument is a tensor. */
// prettier-ignore
const operations = [
  'leakyRelu', 'elu', 'silu', 'gelu', 'softmax', 'logSoftmax',
  'sum', 'mean', 'prod', 'max', 'min', 'logSumExp', 'variance', 'std', 'norm', 'argMax', 'argMin', 'cumsum',
  'matmul', 'conv2d', 'convTranspose2d', 'maxPool2d', 'avgPool2d', 'batchNorm', 'layerNorm',
  'reshape', 'permute', 'transpose', 'broadcastTo', 'squeeze', 'unsqueeze', 'slice', 'pad', 'flip', 'split',
  'concat', 'stack', 'einsum', 'gather', 'scatterAdd', 'sort', 'topK', 'mse', 'huber', 'crossEntropy', 'bceWithLogits',
];
const functions = ['tensor', 'zeros', 'ones', 'full', 'arange', 'linspace', 'eye', 'oneHot'];

describe('names', () => {
  const exported = cotangent as unknown as Record<string, unknown>;
  const methods = cotangent.Tensor.prototype as unknown as Record<string, unknown>;

  test('every entry of the elementwise table and every other operation is a function and a method', () => {
    for (const name of [...Object.keys(elementwise), ...operations]) {
      expect(typeof exported[name], `cotangent.${name}`).toBe('function');
      expect(typeof methods[name], `Tensor.prototype.${name}`).toBe('function');
    }
  });

  test('what has no tensor first is a function alone', () => {
    for (const name of functions) {
      expect(typeof exported[name], `cotangent.${name}`).toBe('function');
      expect(methods[name], `Tensor.prototype.${name}`).toBeUndefined();
    }
  });

  test('the method and the function make one node', () => {
    const x = cotangent.tensor([
      [1, 2],
      [3, 4],
    ]);
    interned(() => {
      expect(x.matmul(x).node).toBe(cotangent.matmul(x, x).node);
      expect(x.sum({ axis: 0 }).node).toBe(cotangent.sum(x, { axis: 0 }).node);
      expect(x.add(1).node).toBe(cotangent.add(x, 1).node);
      const y = cotangent.ones([2, 2]);
      expect(x.concat([y, x], { axis: 1 }).node).toBe(cotangent.concat([x, y, x], { axis: 1 }).node);
      expect(x.stack([y]).node).toBe(cotangent.stack([x, y]).node);
      expect(x.einsum('ij,jk->ki', y).node).toBe(cotangent.einsum('ij,jk->ki', x, y).node);
      expect(x.pow(3).node).toBe(cotangent.pow(x, 3).node);
    });
  });
});
