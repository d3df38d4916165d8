import { describe, expect, test } from 'vitest';
import * as g from '../../src/graph/build.ts';
import { simplify } from '../../src/graph/simplify.ts';
import { interned, type Node } from '../../src/graph/node.ts';
import { topological } from '../../src/graph/walk.ts';

const x = g.leaf([2, 3]);
const y = g.leaf([2, 3]);
/** A graph as text, in which only leaves are known by their identity. */
const form = (n: Node): string => (isLeaf(n) ? `#${n.id}` : `${n.key}(${n.inputs.map(form).join()})`);
const isLeaf = (n: Node): boolean => n.op === 'leaf';

describe('nodes', () => {
  test('equal calls make one node within a transformation, and are expressions of their own outside', () => {
    interned(() => {
      expect(g.add(x, y)).toBe(g.add(x, y));
      expect(g.reduce('sum', x, [0])).toBe(g.reduce('sum', x, [0]));
      expect(g.constant(0.1)).toBe(g.constant(0.1));
      expect(interned(() => g.add(x, y))).toBe(g.add(x, y));
    });
    expect(g.add(x, y)).not.toBe(g.add(x, y));
    expect(() =>
      interned(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(g.add(x, y)).not.toBe(g.add(x, y));
  });

  test('thousands of equal calls are told apart and found again', () => {
    interned(() => {
      const leaves = Array.from({ length: 3000 }, () => g.leaf([2]));
      const sums = leaves.map((l, i) => g.add(l, leaves[(i + 7) % 3000]!));
      expect(new Set(sums).size).toBe(3000);
      expect(leaves.map((l, i) => g.add(l, leaves[(i + 7) % 3000]!))).toEqual(sums);
    });
  });

  test('what differs in anything is another node', () => {
    expect(g.add(x, y)).not.toBe(g.add(y, x));
    expect(g.reduce('sum', x, [0])).not.toBe(g.reduce('max', x, [0]));
    interned(() => expect(g.constant(0)).not.toBe(g.constant(-0)));
    expect(g.permute(g.leaf([2, 2]), [1, 0])).not.toBe(g.permute(g.leaf([2, 2]), [1, 0]));
    expect(g.random(g.leaf([4]), [2])).not.toBe(g.random(g.leaf([4]), [2]));
  });

  test('the walk has inputs before users, each once, and costs no stack', () => {
    let deep: Node = x;
    for (let i = 0; i < 100_000; i++) deep = g.elementwise('sin', deep);
    const order = topological([deep]);
    expect(order.length).toBe(100_001);
    expect(order[0]).toBe(x);
    expect(order.at(-1)).toBe(deep);
  });
});

describe('two operations become one when a graph is executed, and not before', () => {
  const one = g.full([2, 3], 1);
  const cases: [string, middle: Node, made: (middle: Node) => Node, want: Node][] = [
    ['−−x', g.elementwise('neg', x), (m) => g.elementwise('neg', m), x],
    ['permute there and back', g.permute(x, [1, 0]), (m) => g.permute(m, [1, 0]), x],
    ['reshape there and back', g.reshape(x, [6]), (m) => g.reshape(m, [2, 3]), x],
    ['shrink of a pad', g.pad(x, [1, 0], [0, 2]), (m) => g.shrink(m, [1, 0], [2, 3]), x],
    // The reciprocal may overflow or vanish.
    ['a product with a reciprocal', g.div(one, y), (m) => g.mul(x, m), g.div(x, y)],
  ];
  for (const [name, middle, made, want] of cases)
    test(name, () => {
      const y = made(middle);
      // Somebody may ask for the derivative by what lies between.
      expect(y.inputs).toContain(middle);
      expect(form(simplify([y], isLeaf)[0]!)).toBe(form(want));
    });

  test('but what has a value is not computed again for it', () => {
    const middle = g.reshape(g.leaf([2, 3]), [6]);
    middle.value = { device: 'cpu', disposed: false, dispose: () => undefined };
    const y = g.reshape(middle, [3, 2]);
    expect(form(simplify([y], (n) => n === middle)[0]!)).toBe(form(y));
  });
});

test('a shape is the node’s own', () => {
  const shape = [2, 3];
  const node = g.leaf(shape);
  shape[0] = 9;
  expect(node.shape).toEqual([2, 3]);
  expect(Object.isFrozen(node.shape)).toBe(true);
});

describe('identities are applied when a node is made', () => {
  const zero = g.zeros([2, 3]);
  const one = g.full([2, 3], 1);
  const cases: [string, Node, Node][] = [
    ['x + 0', g.add(x, zero), x],
    ['0 + x', g.add(zero, x), x],
    ['x · 1', g.mul(x, one), x],
    ['x · −1', g.mul(x, g.constant(-1)), g.elementwise('neg', x)],
    ['x / 1', g.div(x, one), x],
    ['x²', g.elementwise('pow', x, g.constant(2)), g.elementwise('square', x)],
    ['where(1, x, y)', g.where(one, x, y), x],
    ['where(0, x, y)', g.where(zero, x, y), y],
    ['where(c, x, x)', g.where(y, x, x), x],
  ];
  for (const [name, got, want] of cases) test(name, () => expect(form(got)).toBe(form(want)));

  test('x · 0 stays, for x may be NaN', () => {
    expect(g.mul(x, zero).op).toBe('elementwise');
  });

  test('arithmetic of constants is done', () => {
    expect(form(g.add(g.constant(2), g.constant(3)))).toBe(form(g.constant(5)));
  });

  test('a sum of disjoint pads is a concatenation', () => {
    const parts = [0, 1, 2].map(() => g.leaf([2, 2]));
    const pads = parts.map((p, i) => g.pad(p, [0, [4, 0, 2][i]!], [0, [1, 5, 3][i]!]));
    const sum = g.sumAll(pads);
    expect(sum.op).toBe('concat');
    expect(sum.inputs.slice(0, 3)).toEqual([parts[1], parts[2], parts[0]]);
    expect(sum.shape).toEqual([2, 7]);
    expect(g.sumAll([pads[0]!, pads[0]!]).op).toBe('elementwise');
  });

  test('what only differentiation sees is gone from what is executed', () => {
    const alias = g.stopGradient(g.argument(g.add(x, y)));
    expect(form(simplify([g.mul(alias, x)], isLeaf)[0]!)).toBe(form(g.mul(g.add(x, y), x)));
    const fan = g.fanOut(x, 2, (cotangents) => cotangents);
    expect(simplify([fan], isLeaf)[0]!.op).toBe('expand');
  });
});
