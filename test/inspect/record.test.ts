import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  checkpoint,
  compile,
  customVjp,
  device,
  fanOut,
  grad,
  gradDrop,
  gradients,
  hessian,
  hostCall,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  key,
  linearize,
  realize,
  setDevice,
  sumLanes,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
  type Tensor,
} from 'cotangent';
import { record, type Trace, type TracedNode } from 'cotangent/inspect';
import { observer } from '../../src/graph/observe.ts';
import { build, results } from '../../src/testing/programs/program.ts';
import { programs } from '../../src/testing/programs/arbitrary.ts';
import { root, textOf } from '../support/sources.ts';

const here = 'test/inspect/record.test.ts';

/** The number of the line of this file that contains a mark. */
const lineOf = (mark: string): number =>
  textOf(here)
    .split('\n')
    .findIndex((line) => line.includes(`// ${mark}`) && !line.includes('lineOf')) + 1;

const isHere = { isProgram: (file: string) => file.endsWith(here) };

/** The one node that a predicate accepts. */
function only(trace: Trace, accepts: (n: TracedNode) => boolean): TracedNode {
  const found = trace.nodes.filter(accepts);
  expect(found).toHaveLength(1);
  return found[0]!;
}

const named =
  (name: string) =>
  (n: TracedNode): boolean =>
    n.name === name;

/** Programs that use every transformation, and rules of their own. */
const transformations: Readonly<Record<string, () => unknown>> = {
  grad: () => grad((x: Tensor) => x.tanh().mul(x).sum())(tensor([0.5, 2])),
  valueAndGrad: () => valueAndGrad((x: Tensor) => x.exp().sum())(tensor([1, 2])),
  gradients: () => {
    const x = tensor([1, 2]);
    return gradients(x.mul(x).sum(), x);
  },
  vjp: () => vjp((x: Tensor) => x.sin(), tensor([1, 2]))[1](tensor([1, 1])),
  jvp: () => jvp((x: Tensor) => x.sin().mul(x), [tensor([1, 2])], [tensor([1, 0])]),
  linearize: () => linearize((x: Tensor) => x.sin(), tensor([1, 2]))[1](tensor([1, 1])),
  jacrev: () => jacrev((x: Tensor) => x.sin().mul(x.sum()))(tensor([1, 2])),
  jacfwd: () => jacfwd((x: Tensor) => x.sin().mul(x.sum()))(tensor([1, 2])),
  hessian: () => hessian((x: Tensor) => x.sin().mul(x.sum()).sum())(tensor([1, 2])),
  hvp: () => hvp((x: Tensor) => x.mul(x).mul(x).sum(), [tensor([1, 2])], [tensor([1, 0])]),
  vmap: () => vmap((x: Tensor) => x.mul(x).sum())(tensor([[1, 2], [3, 4]])), // prettier-ignore
};

/** Programs in which sweeps run inside of rules. */
const nested: Readonly<Record<string, () => unknown>> = {
  twice: () => grad((x: Tensor) => grad((y: Tensor) => y.mul(y).mul(y).sum())(x).sum())(tensor([1, 2])),
  checkpoint: () => grad((x: Tensor) => checkpoint((y: Tensor) => y.tanh().mul(y))(x).sum())(tensor([1, 2])),
  'a merge rule, twice': () =>
    grad((x: Tensor) => grad((h: Tensor) => sumOf(gradDrop(h, 2, { key: key(1), marginalize: 'none' })))(x).sum())(
      tensor([1, 2]),
    ),
  'a merge rule under vmap': () =>
    grad((x: Tensor) => vmap((h: Tensor) => sumOf(gradDrop(h, 2, { key: key(1), marginalize: 'none' })))(x).sum())(
      tensor([[1, 2], [3, 4]]), // prettier-ignore
    ),
  customVjp: () =>
    grad((x: Tensor) =>
      customVjp(
        (y: Tensor) => y.square(),
        (g, _, y) => grad((z: Tensor) => z.square().mul(g).sum())(y),
      )(x).sum(),
    )(tensor([1, 2])),
};

const sumOf = (lanes: Tensor): Tensor => lanes.at(0).mul(3).add(lanes.at(1).square()).sum();

const cases = Object.entries({ ...transformations, ...nested });

beforeAll(() => setDevice('webasm'));

describe('a trace', () => {
  test('is data, whose ids are indices and whose inputs come first', async () => {
    for (const [, f] of cases) {
      const { trace } = await record(f);
      expect(structuredClone(trace)).toEqual(trace);
      for (const [i, n] of trace.nodes.entries()) {
        expect(n.id).toBe(i);
        expect(n.inputs.every((x) => x < i)).toBe(true);
      }
    }
  });

  test('names the line and column of each operation, through closures and loops', async () => {
    const scale = (x: Tensor): Tensor => x.exp(); // in a closure
    const { trace } = await record(() => {
      let x = tensor([1, 2]); // the data
      for (let i = 0; i < 3; i++) x = x.tanh(); // in a loop
      return [x].map((y) => scale(y).sum());
    }, isHere);
    expect(trace.nodes.filter(named('tanh')).map((n) => n.position?.line)).toEqual(Array(3).fill(lineOf('in a loop')));
    expect(only(trace, named('exp')).position).toEqual({
      file: join(root, here),
      line: lineOf('in a closure'),
      column: textOf(here).split('\n')[lineOf('in a closure') - 1]!.indexOf('exp()') + 1,
    });
    expect(only(trace, named('data')).position?.line).toBe(lineOf('the data'));
  });

  test('gives nodes of a sweep the position of the node they belong to', async () => {
    const { trace } = await record(() => grad((x: Tensor) => x.tanh().sum())(tensor([1])), isHere);
    const of = trace.nodes.filter((n) => n.of !== undefined);
    expect(of.length).toBeGreaterThan(0);
    for (const n of of) expect(n.position).toEqual(trace.nodes[n.of!]!.position);
  });

  test('without a predicate takes the first file that is not this package and no installed one', async () => {
    const { trace } = await record(() => tensor([1]).tanh());
    expect(only(trace, named('tanh')).position?.file).toBe(join(root, here));
  });

  test.each(['4-two-gradients', '5-two-losses'])('of examples/%s.ts names its lines', async (name) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const path = `examples/${name}.ts`;
    const { trace } = await record(() => import(/* @vite-ignore */ join(root, path)));
    log.mockRestore();
    const lines = textOf(path).split('\n');
    expect(trace.truncated).toBeUndefined();
    expect(new Set(trace.nodes.flatMap((n) => n.position?.file ?? []))).toEqual(new Set([join(root, path)]));
    const at = (n: TracedNode): string => lines[n.position!.line - 1]!.slice(n.position!.column - 1);
    const expected: Readonly<Record<string, RegExp>> = {
      fanOut: /^(fanOut|gradDrop)\(/,
      tanh: /^tanh\(/,
      sin: /^sin\(/,
      abs: /^abs\(/,
      square: /^square\(/,
      contract: /^matmul\(/,
      iota: /^linspace\(/,
    };
    const own = trace.nodes.filter((n) => n.sweep === undefined && n.position);
    const checked = own.filter((n) => n.name in expected && !at(n).startsWith('lanesReport'));
    expect(checked.length).toBeGreaterThan(2);
    for (const n of checked) expect(at(n), n.name).toMatch(expected[n.name]!);
    const reads = trace.reads.map((r) => lines[r.position!.line - 1]!);
    expect(reads.every((line) => /await/.test(line))).toBe(true);
    expect(reads.length).toBe(name.startsWith('4') ? 4 : 2 * 5 * 4);
    for (const s of trace.sweeps.filter((s) => s.mode === 'reverse'))
      expect(lines[s.position!.line - 1]).toMatch(/grad\(|valueAndGrad\(/);
  });

  test('has the values that the program reads, in float64', async () => {
    const { trace, result } = await record(async () => {
      const x = tensor([0.5, 2]);
      return (await grad((y: Tensor) => y.tanh().mul(y).sum())(x).data()) as Float32Array;
    });
    const [read] = trace.reads;
    const exact = [0.5, 2].map((x) => Math.tanh(x) + x * (1 - Math.tanh(x) ** 2));
    const { first, count } = trace.nodes[read!.node]!.values!;
    expect(count).toBe(2);
    first.forEach((v, i) => expect(v).toBeCloseTo(exact[i]!, 12));
    Array.from(result).forEach((v, i) => expect(v).toBeCloseTo(exact[i]!, 5));
  });

  test('summarises elements: the finite ones, and how many are not', async () => {
    const { trace } = await record(() => tensor([3, NaN, Infinity, -1, -Infinity, 4]));
    expect(trace.nodes[0]!.values).toEqual({
      first: [3, NaN, Infinity, -1, -Infinity, 4],
      count: 6,
      min: -1,
      max: 4,
      mean: 2,
      nan: 1,
      infinite: 2,
    });
    const none = await record(() => tensor([NaN]));
    expect(none.trace.nodes[0]!.values).toMatchObject({ min: NaN, max: NaN, mean: NaN, nan: 1 });
    const long = await record(() => tensor(Float64Array.from({ length: 100 }, (_, i) => i)));
    expect(long.trace.nodes[0]!.values).toMatchObject({ count: 100, max: 99 });
    expect(long.trace.nodes[0]!.values!.first).toHaveLength(64);
  });

  test('has values of what was realised, disposed of, compiled, or made before', async () => {
    const before = tensor([2]).exp();
    await realize(before);
    const step = compile((w: Tensor, rate: Tensor | number) => w.sub(w.mul(rate)));
    const { trace } = await record(async () => {
      const x = tensor([1, 2]);
      const y = x.exp();
      await realize(y);
      y.log().sum();
      x.dispose();
      before.sin();
      const w = step(tensor([4]), 0.5);
      await w.data();
      return step(w, 0.25).data();
    });
    const values = (name: string): readonly number[][] =>
      trace.nodes.filter(named(name)).map((n) => [...(n.values?.first ?? [])]);
    expect(values('exp')).toEqual([[Math.E, Math.exp(2)]]);
    expect(values('sin')[0]![0]).toBeCloseTo(Math.sin(Math.exp(2)), 5);
    expect(values('sub')).toEqual([[2]]);
    expect(values('data').map(([v]) => v)).toEqual(expect.arrayContaining([4, 2, 1.5]));
  });

  test('has no values beyond the work that it may take', async () => {
    const run = (): unknown => tensor([1, 2, 3]).exp().sum();
    const { trace } = await record(run, { mostWork: 3 });
    expect(trace.nodes.map((n) => [n.name, n.values !== undefined])).toEqual([
      ['data', true],
      ['exp', true],
      ['sum', false],
      ['reshape', false],
    ]);
  });

  test('calls no function of the user a second time', async () => {
    let calls = 0;
    const { trace } = await record(async () => {
      const y = hostCall((x) => (calls++, x.map((v) => 2 * v)), tensor([1, 2]), [2]);
      return y.add(1).data();
    });
    expect(calls).toBe(1);
    expect(trace.nodes.find(named('add'))!.values).toBeUndefined();
  });
});

describe('a sweep', () => {
  test.each(Object.keys(transformations))('of %s bears its name and the line of its call', async (name) => {
    const { trace } = await record(transformations[name]!, isHere);
    expect(trace.sweeps.length).toBeGreaterThan(0);
    const lines = textOf(here).split('\n');
    for (const s of trace.sweeps.filter((sweep) => sweep.inside === undefined)) {
      expect(s.transformation).toBe(name);
      expect(lines[s.position!.line - 1]).toContain(`${name}(`);
    }
  });

  test.each(cases)('in %s has visits whose terms add up to their cotangent', async (_, f) => {
    const { trace } = await record(f);
    for (const s of trace.sweeps) {
      const valueOf = (id: number): readonly number[] | undefined => trace.nodes[id]!.values?.first;
      for (const { terms, cotangent } of s.mode === 'reverse' ? s.visits : []) {
        const g = valueOf(cotangent);
        const parts = terms.map(valueOf);
        if (!g || parts.some((p) => !p)) continue;
        g.forEach((v, i) =>
          expect(v).toBeCloseTo(
            parts.reduce((sum, p) => sum + p![i]!, 0),
            9,
          ),
        );
      }
    }
  });

  test.each(cases)('in %s visits the node of each node that it made', async (_, f) => {
    const { trace } = await record(f);
    const made = trace.nodes.filter((n) => n.sweep !== undefined);
    expect(made.length).toBeGreaterThan(0);
    for (const n of made) expect(trace.sweeps[n.sweep!]!.visits.some((v) => v.node === n.of)).toBe(true);
    for (const s of trace.sweeps) expect(s.visits.length).toBeGreaterThan(0);
  });

  test.each(Object.keys(nested))('inside of another is marked: %s', async (name) => {
    const { trace } = await record(nested[name]!);
    const inner = trace.sweeps.filter((s) => s.inside !== undefined);
    if (name === 'twice') expect(inner).toEqual([]);
    else if (name !== 'a merge rule, twice') expect(inner.length).toBeGreaterThan(0);
    for (const s of inner) expect(trace.sweeps[s.inside!]!.visits.length).toBeGreaterThan(0);
  });

  test('gives both terms of a value used twice, and the partials as text', async () => {
    const { trace } = await record(() => grad((x: Tensor) => x.mul(x.exp()).sum())(tensor([1, 2])));
    const [sweep] = trace.sweeps;
    const [x] = sweep!.inputs;
    const visit = sweep!.visits.find((v) => v.node === x)!;
    expect(visit.terms).toHaveLength(2);
    expect(visit.shares).toEqual([]);
    const partials = Object.fromEntries(sweep!.visits.map((v) => [trace.nodes[v.node]!.name, v.partials]));
    expect(partials).toMatchObject({ mul: ['b', 'a'], exp: ['y'] });
    expect(partials.sum).toBeUndefined();
  });

  test('sends null where nothing is needed', async () => {
    const { trace } = await record(() => grad((x: Tensor) => x.mul(tensor([3])).sum())(tensor([1])));
    const mul = trace.sweeps[0]!.visits.find((v) => trace.nodes[v.node]!.name === 'mul')!;
    expect(mul.shares[1]).toBeNull();
    expect(trace.nodes[mul.shares[0]!]!.values?.first).toEqual([3]);
  });
});

describe('a recording', () => {
  test('changes no value and no number of kernels', async () => {
    await fc.assert(
      fc.asyncProperty(programs(), async (program) => {
        const run = async (): Promise<number[][]> => {
          const made = build(program);
          return Promise.all(results(program).map(async (i) => Array.from(await made[i]!.data())));
        };
        const plain = await run();
        const { result, trace } = await record(run);
        expect(result).toEqual(plain);
        expect(trace.nodes.length).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });

  test('ends when the program ends, also by an error', async () => {
    await expect(record(() => Promise.reject(new Error('my own')))).rejects.toThrow('my own');
    expect(observer).toBeUndefined();
    await expect(
      record(() => {
        throw new Error('at once');
      }),
    ).rejects.toThrow('at once');
    expect(observer).toBeUndefined();
    const { trace } = await record(() => tensor([1]));
    tensor([2]).exp();
    expect(trace.nodes).toHaveLength(1);
    expect(observer).toBeUndefined();
  });

  test('refuses a second one meanwhile and lets the first one end', async () => {
    let go = (): void => undefined;
    const first = record(async () => {
      await new Promise<void>((resolve) => (go = resolve));
      return tensor([1]).exp();
    });
    await expect(record(() => 1)).rejects.toThrow('record: another recording is running; await it first');
    go();
    expect((await first).trace.nodes.map((n) => n.name)).toEqual(['data', 'exp']);
  });

  test('goes on after an error in a sweep that the program catches', async () => {
    const broken = customVjp(
      (x: Tensor) => x.square(),
      () => {
        throw new Error('no rule');
      },
    );
    const { trace } = await record(() => {
      try {
        grad((x: Tensor) => broken(x).sum())(tensor([1]));
      } catch {
        // The program goes on.
      }
      return tensor([2]).tanh(); // after the error
    }, isHere);
    const tanh = only(trace, named('tanh'));
    expect([tanh.sweep, tanh.position?.line]).toEqual([undefined, lineOf('after the error')]);
  });

  test('follows an asynchronous program', async () => {
    const { trace, result } = await record(async () => {
      const x = tensor([1, 2]);
      const y = await x.exp().array();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await Promise.all([x.sin().data(), grad((z: Tensor) => z.cos().sum())(x).data()]);
      return y;
    }, isHere);
    expect(result).toHaveLength(2);
    expect(trace.reads.map((r) => trace.nodes[r.node]!.name)).toEqual(['exp', 'sin', 'neg']);
    expect(trace.reads.every((r) => r.position !== undefined)).toBe(true);
  });

  test('is cut with a sentence when there are too many nodes, and the program runs on', async () => {
    const { trace, result } = await record(
      async () => {
        let x = tensor([1]);
        for (let i = 0; i < 100; i++) x = x.add(1);
        return x.item();
      },
      { mostNodes: 20 },
    );
    expect(result).toBe(101);
    expect(trace.nodes).toHaveLength(20);
    expect(trace.truncated).toMatch(/more than 20 nodes/);
    expect(observer).toBeUndefined();
  });

  test('throws for bad options', async () => {
    await expect(record(1 as never)).rejects.toThrow('record: a function is needed, got 1');
    await expect(record(() => 1, { mostNodes: 0 })).rejects.toThrow('record: mostNodes must be a positive integer');
    await expect(record(() => 1, { most: 3 } as never)).rejects.toThrow('record: the options are');
  });

  test('gives rewrites of building, of simplification and before planning', async () => {
    const { trace } = await record(async () => {
      const a = tensor([[1], [2]]); // prettier-ignore
      await a.mul(1).neg().neg().matmul(tensor([[3, 4]])).data(); // prettier-ignore
    });
    const told = trace.rewrites.map((r) => `${r.pass} ${r.rule}: ${r.before} → ${r.after}`);
    expect(told).toContain('build mul: mul(data [2, 1], 1) → data [2, 1]');
    expect(told).toContain('simplify neg: neg(neg [2, 1]) → data [2, 1]');
    const [lowered] = told.filter((line) => line.startsWith('lower contractToProduct'));
    expect(lowered).toMatch(/: contract\(.* → mul\(.*\): \[2, 2\]$/);
  });

  test('leaves the device as it is', async () => {
    await record(() => tensor([1]).exp().data());
    expect(device()).toBe('webasm');
  });

  test('knows lanes of a fan-out', async () => {
    const { trace } = await record(() => grad((h: Tensor) => sumOf(fanOut(h, 2, sumLanes())))(tensor([1, 2])));
    const y = only(trace, named('fanOut'));
    const visit = trace.sweeps[0]!.visits.find((v) => v.node === y.id)!;
    expect(trace.nodes[visit.cotangent]!.values!.first).toEqual([3, 3, 2, 4]);
    expect(trace.nodes[visit.shares[0]!]!.values!.first).toEqual([5, 7]);
  });
});
