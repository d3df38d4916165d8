import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fanOut,
  grad,
  greater,
  key,
  less,
  minimum,
  setDevice,
  signDrop,
  tensor,
  where,
  type SignDropOptions,
  type Tensor,
} from 'cotangent';
import { record, type Trace } from 'cotangent/inspect';
import { evaluate, parseScalar } from '../../src/graph/scalar.ts';
import { keepOf } from '../../examples/playground/graph/keepOf.ts';
import { groupsOf, mergeData } from '../../examples/playground/graph/mergeData.ts';
import { choiceOf, groupsOfMerge } from '../../examples/playground/graph/mergeLaw.ts';

const arithmetic = { evaluate, parseScalar };

/** Records the merge of lanes at h, by a program that reads them apart. */
async function merged(
  gradients: readonly (readonly number[])[],
  h: readonly number[],
  shape: readonly number[],
  options: SignDropOptions,
): Promise<Trace> {
  const loss = (x: Tensor): Tensor => {
    const lanes = fanOut(x, gradients.length, signDrop(options));
    return gradients.map((g, i) => lanes.at(i).mul(tensor(g, { shape })).sum()).reduce((a, b) => a.add(b));
  };
  const { trace } = await record(() => grad(loss)(tensor(h, { shape })).data());
  return trace;
}

const fanOutOf = (trace: Trace): number => trace.nodes.find((n) => n.op === 'fanOut')!.id;

/** What the law says for the recorded draws, position by position. */
function lawful(trace: Trace, keep?: (purity: number) => number): number[] {
  const data = mergeData(trace, fanOutOf(trace))!;
  const out: number[] = [];
  groupsOfMerge(data, choiceOf(data), keep).forEach(({ positions, law }, i) => {
    const side = data.draws[i]! < law.keep ? 'positive' : 'negative';
    const outcome = law.outcomes.find((o) => o.side === side) ?? law.outcomes[0]!;
    positions.forEach((p, j) => (out[p] = outcome.values[j]!));
  });
  return out;
}

const gradient = fc.integer({ min: -9, max: 9 });

test('what the law says for the recorded draws is what the engine merged, for all options', async () => {
  const options = fc.record({
    k: fc.constantFrom(0, 0.5, 1),
    leak: fc.constantFrom<NonNullable<SignDropOptions['leak']>>(0, 0.25, [0, 1]),
    marginalize: fc.constantFrom('none' as const, 'batch' as const),
    inputSign: fc.boolean(),
    zeroSign: fc.constantFrom('keep' as const, 'drop' as const, 'positive' as const),
  });
  const lanes = fc.array(fc.array(gradient, { minLength: 6, maxLength: 6 }), { minLength: 2, maxLength: 2 });
  const inputs = fc.array(fc.constantFrom(-2, -1, 1, 2), { minLength: 6, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(lanes, inputs, options, fc.nat(1000), async (g, h, o, seed) => {
      const trace = await merged(g, h, [3, 2], { key: key(seed), ...o });
      const node = trace.nodes.find((n) => n.op === 'signDrop')!;
      lawful(trace).forEach((x, i) => expect(x).toBeCloseTo(node.values!.first[i]!, 9));
    }),
    { numRuns: 60 },
  );
});

test.each<readonly [string, (p: Tensor) => Tensor]>([
  ['a square', (p) => p.square()],
  ['a step', (p) => greater(p, 0.6).mul(0.9).add(0.05)],
  ['a branch and calls', (p) => where(less(p, 0.5), p.sin().abs(), minimum(p.mul(2).sub(0.5), 1))],
])('the law follows the keep function of the program: %s', async (_, keep) => {
  await setDevice('reference');
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const trace = await merged([[3, 7, -1, 2, 5, 0], [1, -3, 4, 2, -5, 1]], [1, 1, 1, 1, 1, 1], [6], { key: key(seed), marginalize: 'none', keep }); // prettier-ignore
    const data = mergeData(trace, fanOutOf(trace))!;
    const f = keepOf(data.keep!, arithmetic)!;
    for (const p of [0, 0.3, 0.5, 0.7, 1]) expect(f(p)).toBeCloseTo(await keep(tensor(p)).item(), 12);
    groupsOfMerge(data, choiceOf(data), f).forEach(({ law }) => expect(law.keep).toBeCloseTo(f(law.purity), 12));
    lawful(trace, f).forEach((x, i) => expect(x).toBeCloseTo(trace.nodes[data.merge]!.values!.first[i]!, 9));
  }
});

test('a keep function that a trace forges is arithmetic or nothing', () => {
  for (const text of ['…', '', 'alert(1)', 'constructor(P)', '('.repeat(1e5), 'a'.repeat(1e6), 'globalThis'])
    expect(keepOf(text, arithmetic), text).toBe(undefined);
});

test.each(['keep', 'drop', 'positive'] as const)(
  'where h is 0, zeroSign %s is read from the trace',
  async (zeroSign) => {
    const g = [
      [7, 7],
      [-3, -3],
    ];
    const trace = await merged(g, [0, 1], [2], { draw: tensor([0.2, 0.2]), marginalize: 'none', zeroSign });
    const data = mergeData(trace, fanOutOf(trace))!;
    expect(data).toMatchObject({ zeroSign, inputSign: true });
    expect(lawful(trace)).toEqual([{ keep: 4, drop: 0, positive: 7 }[zeroSign], 7]);
  },
);

test('the merge is found at the fan-out, at signDrop and at what the rule makes, and nowhere else', async () => {
  const trace = await merged([[3], [1]], [1], [1], { draw: tensor([0.5]), marginalize: 'none' });
  const merge = trace.nodes.find((n) => n.op === 'signDrop')!;
  for (const node of trace.nodes) {
    const here = node.op === 'fanOut' || node.of === merge.of;
    expect(mergeData(trace, node.id)?.merge).toBe(here ? merge.id : undefined);
  }
});

test('the lanes of more elements than a trace keeps are read where they arrive', async () => {
  const g = [Array.from({ length: 60 }, (_, i) => i - 20), Array.from({ length: 60 }, (_, i) => 30 - i)];
  const trace = await merged(
    g,
    g[0]!.map(() => 1),
    [60],
    { key: key(1), marginalize: 'none' },
  );
  const data = mergeData(trace, fanOutOf(trace))!;
  expect(data.gradients).toEqual(g);
  expect(data.missing).toBe(0);
});

test('groups of positions that share a mask follow the axes that are summed over', () => {
  expect(groupsOf([2, 3], [])).toEqual([0, 1, 2, 3, 4, 5]);
  expect(groupsOf([2, 3], [0])).toEqual([0, 1, 2, 0, 1, 2]);
  expect(groupsOf([2, 3], [1])).toEqual([0, 0, 0, 1, 1, 1]);
  expect(groupsOf([], [])).toEqual([0]);
});
