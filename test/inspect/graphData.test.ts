import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  arange,
  checkpoint,
  concat,
  conv2d,
  customVjp,
  fanOut,
  flip,
  grad,
  gradDrop,
  gradients,
  hostCall,
  key,
  max,
  pad,
  permute,
  prod,
  random,
  setDevice,
  slice,
  stopGradient,
  sumLanes,
  take,
  tensor,
  Tensor,
} from 'cotangent';
import { fromData, record, toData, type DataNode, type GraphData } from 'cotangent/inspect';
import { planKey } from '../../src/schedule/cache.ts';
import { build, results, type Program } from '../../src/testing/programs/program.ts';
import { programs } from '../../src/testing/programs/arbitrary.ts';

beforeAll(() => setDevice('reference'));

const outputsOf = (program: Program): Tensor[] => {
  const made = build(program);
  return results(program).map((i) => made[i]!);
};

const keyOf = (list: readonly Tensor[]): string => planKey(list.map((t) => t.node)).key;

const elements = (list: readonly Tensor[]): Promise<number[][]> =>
  Promise.all(list.map(async (t) => Array.from(await t.data())));

const there = async (list: readonly Tensor[]): Promise<Tensor[]> => fromData(structuredClone(await toData(list)));

const matrix = (): Tensor => tensor([[1, -2, 3], [4, 5, -6]]); // prettier-ignore

/** A graph with each operation that data can hold. */
const ops: Readonly<Record<string, () => Tensor>> = {
  leaf: matrix,
  constant: () => tensor([1]).add(0.1),
  iota: () => arange(5),
  elementwise: () => matrix().tanh().pow(2).greater(0.5).where(matrix(), 0),
  reshape: () => matrix().reshape([3, 2]),
  permute: () => permute(matrix(), [1, 0]),
  expand: () => tensor([[1], [2]]).broadcastTo([2, 4]), // prettier-ignore
  pad: () => pad(matrix(), [[1, 0], [0, 2]]), // prettier-ignore
  shrink: () => slice(matrix(), [0, 1], [2, 3]),
  flip: () => flip(matrix(), { axis: 1 }),
  window: () => conv2d(matrix().reshape([1, 1, 2, 3]), tensor([1, 2]).reshape([1, 1, 1, 2])),
  concat: () => concat([matrix(), matrix().exp()], { axis: 1 }),
  reduce: () => max(matrix(), { axis: 0 }).add(prod(matrix())),
  contract: () => matrix().matmul(permute(matrix(), [1, 0])),
  gather: () => take(matrix(), tensor([2, 0]), { axis: 1 }),
  random: () => random.uniform(key(3), [4]),
  fanOut: () => fanOut(tensor([1, 2]), 3, sumLanes()),
  argument: () => grad((x: Tensor) => x.square().sum())(tensor([1, 2])),
  stopGradient: () => stopGradient(matrix()).mul(2),
  barrier: () => grad((x: Tensor) => checkpoint((y: Tensor) => y.tanh().exp())(x).sum())(tensor([1, 2])),
  custom: () =>
    customVjp(
      (x: Tensor) => x.square(),
      (g) => g,
    )(matrix()),
};

describe('a graph as data and back', () => {
  test('has the values, shapes and plan key of the graph, for random programs', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(programs(), async (program) => {
        const before = outputsOf(program);
        const data = await toData(before);
        for (const n of data.nodes) seen.add(n.op);
        const after = await there(before);
        expect(after.map((t) => t.shape)).toEqual(before.map((t) => t.shape));
        expect(keyOf(after)).toBe(keyOf(before));
        expect(await elements(after)).toEqual(await elements(before));
      }),
      { numRuns: 100 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['elementwise', 'reduce', 'contract', 'concat', 'window', 'pad']));
  });

  test('has the gradients of the graph, too', async () => {
    const f = (x: Tensor): Tensor => x.tanh().mul(x).sum();
    const [g] = await there([grad(f)(tensor([0.5, 2]))]);
    expect(await g!.data()).toEqual(await grad(f)(tensor([0.5, 2])).data());
  });

  test.each(Object.keys(ops))('keeps the operation %s', async (name) => {
    const before = ops[name]!();
    const after = await there([before]);
    expect(keyOf(after)).toBe(keyOf([before]));
    expect(await elements(after)).toEqual(await elements([before]));
  });

  test('makes a leaf of what has been computed and of a hostCall, which is called once', async () => {
    let calls = 0;
    const y = hostCall((x) => (calls++, x.map((v) => v + 1)), tensor([1, 2]), [2]).mul(3);
    const data = await toData(y);
    expect(data.nodes.map((n) => n.op).sort()).toEqual(['constant', 'elementwise', 'expand', 'leaf', 'reshape']);
    expect(Array.from(await fromData(data)[0]!.data())).toEqual([6, 9]);
    expect(calls).toBe(1);
    const known = tensor([1, 2]).exp();
    await known.data();
    expect((await toData(known)).nodes.map((n) => n.op)).toEqual(['leaf']);
  });

  test('owns its elements', async () => {
    const data = await toData(tensor([1, 2]));
    const [t] = fromData(data);
    (data.nodes[0]!.data as Float64Array)[0] = 9;
    expect(Array.from(await t!.data())).toEqual([1, 2]);
  });

  test('has no rules of derivatives: a derivative through one throws', async () => {
    const [y, h] = await (async () => {
      const x = tensor([1, 2]).exp();
      return there([fanOut(x, 2, sumLanes()).sum(), x]);
    })();
    expect(await y!.item()).toBeCloseTo(2 * (Math.E + Math.exp(2)), 12);
    const inner = await there([tensor([1, 2]).exp().sum()]);
    expect(gradients(inner[0]!, new Tensor(inner[0]!.node.inputs[0]!))).toHaveLength(1);
    expect(() => gradients(y!, h!)).toThrow('fanOut: graph data holds no rules of derivatives');
  });

  test('comes from a recording, with the ids of the trace, also of what was realised', async () => {
    const { trace, graphOf } = await record(async () => {
      const x = tensor([1, 2]);
      const y = x.exp();
      await y.data();
      return y.add(random.uniform(key(1), [2])).sum();
    });
    const sum = trace.nodes.findLast((n) => n.shape.length === 0 && n.op === 'reshape')!;
    const data = await graphOf(sum.id);
    expect(data.ids!.map((id) => trace.nodes[id]!.op)).toEqual(data.nodes.map((n) => n.op));
    expect(data.nodes.map((n) => n.op)).toContain('random');
    expect(data.nodes.filter((n) => n.op === 'elementwise').map((n) => n.attrs.name)).toEqual(['exp', 'add']);
    expect(await fromData(structuredClone(data))[0]!.item()).toBeCloseTo(sum.values!.first[0]!, 12);
    await expect(graphOf(1000)).rejects.toThrow('graphOf: the trace has nodes 0 to');
  });
});

/** Values that a hostile sender may put anywhere. */
const anything = fc.oneof(
  fc.constantFrom(-1, 0, 1, 2, 3, 1e9, 2 ** 53, NaN, Infinity, 0.5, null, undefined, '', 'add', 'toString'),
  fc.constantFrom('__proto__', 'constructor', true, [], {}, [0], [1, 1], [-1], [1e9, 1e9], 'leaf', 'hostCall'),
);

/** Puts a value into one place of the data. */
const mutations = fc.record({ at: fc.nat(), field: fc.nat(), deep: fc.nat(), value: anything });

function mutated(
  data: GraphData,
  { at, field, deep, value }: { at: number; field: number; deep: number; value: unknown },
): unknown {
  const copy = structuredClone(data) as unknown as Record<string, unknown>;
  const nodes = copy.nodes as Record<string, unknown>[];
  if (field % 8 === 7) return { ...copy, [['version', 'nodes', 'outputs'][deep % 3]!]: value };
  const node = nodes[at % nodes.length]!;
  const name = ['op', 'inputs', 'shape', 'attrs', 'data', 'attrs', 'shape'][field % 8]!;
  const inner = node[name] as Record<string, unknown> | undefined;
  const names = typeof inner === 'object' && inner !== null ? Object.keys(inner) : [];
  if (names.length > 0 && deep % 2 === 0 && !ArrayBuffer.isView(inner)) inner![names[deep % names.length]!] = value;
  else node[name] = value;
  return copy;
}

describe('data from outside', () => {
  test('are refused with a sentence, or give a graph that computes', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(programs(), fc.array(mutations, { minLength: 1, maxLength: 3 }), async (program, changes) => {
        const whole = await toData(outputsOf(program));
        for (const change of changes) {
          const given = mutated(whole, change) as GraphData;
          let made: Tensor[];
          try {
            made = fromData(given, { mostElements: 1e6 });
          } catch (error) {
            expect((error as Error).constructor).toBe(Error);
            expect((error as Error).message).toMatch(/^fromData: /);
            refused++;
            continue;
          }
          try {
            for (const [i, list] of (await elements(made)).entries()) expect(list).toHaveLength(made[i]!.size);
          } catch (error) {
            // A leaf that lost its elements is a placeholder.
            expect((error as Error).message).toMatch(/^data: a tensor of shape .* stands for an argument/);
          }
        }
      }),
      { numRuns: 200 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  const leaf = (shape: readonly number[], size = shape.reduce((a, b) => a * b, 1)): DataNode => ({
    op: 'leaf',
    inputs: [],
    shape,
    attrs: {},
    data: new Float64Array(size),
  });
  const graph = (...nodes: unknown[]): GraphData =>
    ({ version: 1, nodes, outputs: [nodes.length - 1] }) as unknown as GraphData;
  const op = (name: string, inputs: readonly number[], shape: readonly number[], attrs: object = {}): unknown => ({
    op: name,
    inputs,
    shape,
    attrs,
  });

  test.each<[string, GraphData, string]>([
    ['no object', 3 as never, 'fromData: data of toData are needed, got 3'],
    ['another version', { ...graph(leaf([1])), version: 2 as never }, 'fromData: the version must be 1, got 2'],
    [
      'a later input',
      graph(op('argument', [0], [1])),
      'fromData: node 0: an index must be one of an earlier node, got 0',
    ],
    ['an unknown operation', graph(op('toString', [], [])), 'the operation must be one of the graph'],
    ['an unknown function', graph(leaf([1]), op('elementwise', [0], [1], { name: 'constructor' })), 'the name must be'],
    ['a wrong shape', graph(leaf([2]), op('flip', [0], [3], { axes: [0] })), 'the shape must follow'],
    ['too few elements', graph(leaf([2], 1)), 'fromData: node 0: a leaf of 2 elements must have as many, got 1'],
    ['an enormous shape', graph(op('leaf', [], [1e9, 1e9])), 'the graph must have at most 67108864 elements in all'],
    ['a negative size', graph(op('leaf', [], [-1])), 'a shape must be a list of non-negative integers'],
    ['a function', graph(op('hostCall', [], [1])), 'a function cannot be data'],
    ['a shrink outside', graph(leaf([2]), op('shrink', [0], [2], { start: [1] })), 'the part must fit'],
    ['a loop in keep', graph(leaf([2, 1]), leaf([1]), op('signDrop', [0, 0, 1], [1], { leak: false, keepZero: false, keep: loop() })), 'keep must be'], // prettier-ignore
  ])('with %s is refused', (_, data, message) => {
    expect(() => fromData(data)).toThrow(message);
  });

  function loop(): object {
    const e = { kind: 'call', name: 'neg', args: [] as unknown[] };
    e.args.push(e);
    return e;
  }

  test('with ten thousand nodes in a chain compute', async () => {
    const nodes = [
      leaf([1]),
      ...Array.from({ length: 10_000 }, (_, i) => op('elementwise', [i], [1], { name: 'neg' })),
    ];
    expect(Array.from(await fromData(graph(...nodes))[0]!.data())).toEqual([0]);
  });
});

test('GradDrop with every option survives', async () => {
  const h = tensor([1, -2]);
  const draw = tensor([0.3, 0.6]);
  const lanes = (o: object): Tensor =>
    grad((x: Tensor) => {
      const y = gradDrop(x, 2, { draw, marginalize: 'none', ...o });
      return y.at(0).mul(tensor([3, 7])).add(y.at(1).mul(tensor([1, -3]))).sum(); // prettier-ignore
    })(h);
  for (const o of [{}, { k: 0.5 }, { leak: 0.2 }, { leak: [0, 1] }, { zeroSign: 'drop' }, { inputSign: false }])
    expect(await elements(await there([lanes(o)])), JSON.stringify(o)).toEqual(await elements([lanes(o)]));
  const keep = { keep: (p: Tensor) => p.mul(p) };
  expect(await elements(await there([lanes(keep)]))).toEqual(await elements([lanes(keep)]));
});
