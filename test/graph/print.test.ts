import { expect, test } from 'vitest';
import { fanOut, grad, key, printGraph, random, realize, sumLanes, tensor } from '../../src/index.ts';

test('a graph is printed one line a node, inputs before users, numbers where they are used', async () => {
  const slope = grad((x) => x.tanh().sum())(tensor([0.5, 1]));
  const lines = [
    'v0 = data: [2]',
    'v1 = argument(v0): [2]',
    // tanh′ x = 4 e^{−2x} / (1 + e^{−2x})²
    'v2 = mul(2, v1): [2]',
    'v3 = bell(v2): [2]',
    'v4 = mul(4, v3): [2]',
    'return v4',
  ];
  expect(printGraph(slope).split('\n')).toEqual(lines);
  await slope.data();
  expect(printGraph(slope).split('\n'), 'computing it changes nothing').toEqual(lines);
});

test('attributes follow the inputs, functions among them left out', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const lanes = fanOut(x.sum({ axis: 0 }), 3, sumLanes());
  expect(printGraph(lanes).split('\n')).toEqual([
    'v0 = data: [2, 2]',
    'v1 = sum(v0) axes [0]: [1, 2]',
    'v2 = reshape(v1): [2]',
    'v3 = fanOut(v2): [3, 2]',
    'return v3',
  ]);
  expect(printGraph(random.uniform(key(1), [2]))).toBe('v0 = key: [4]\nv1 = random(v0) batch 0: [2]\nreturn v1');
});

test('several tensors share one graph; a realised one is data', async () => {
  const a = await realize(tensor([1, 2]).exp());
  const b = a.mul(3);
  expect(printGraph([b, a])).toBe('v0 = data: [2]\nv1 = mul(v0, 3): [2]\nreturn v1, v0');
});

test('as a Mermaid flow chart each node is a box and each input an arrow', () => {
  const x = tensor([0.5, 1]);
  expect(printGraph(x.mul(2).add(x), { as: 'mermaid' })).toBe(
    [
      'flowchart TD',
      '  v0["data: [2]"]',
      '  v1["mul(·, 2): [2]"]',
      '  v2["add: [2]"]',
      '  v0 --> v1',
      '  v1 --> v2',
      '  v0 --> v2',
    ].join('\n'),
  );
});
