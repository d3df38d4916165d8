import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, pad, stack } from '../../src/tensor/ops/movement.ts';
import { split } from '../../src/tensor/split.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { checkCase, toTensor, type Case } from './checkCase.ts';
import { at, atOrZero, build, broadcastShape, count, numbers, type Nd } from './nd.ts';
import { suiteOn, type DeviceName } from './settings.ts';

/** Shapes up to rank 4 with sizes up to 3, those of 0 among them. */
export const smallShape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });

/** A movement as a random arrangement: what it does to a tensor, and to an index of the result. */
type Move = (pick: (n: number) => number, x: Nd) => Pick<Case, 'run' | 'oracle'>;

const shuffled = (n: number, pick: (n: number) => number): number[] => {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = pick(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

const moves: Record<string, Move> = {
  reshape: (_, x) => ({
    run: (t) => t.reshape(count(x.shape) > 0 ? [-1] : [0, 2]),
    oracle: (a) => ({ shape: count(a.shape) > 0 ? [count(a.shape)] : [0, 2], data: a.data }),
  }),
  permute: (pick, x) => {
    const order = shuffled(x.shape.length, pick);
    return {
      run: (t) => t.permute(order),
      oracle: (a) =>
        build(
          order.map((o) => a.shape[o]!),
          (i) =>
            at(
              a,
              a.shape.map((_, d) => i[order.indexOf(d)]!),
            ),
        ),
    };
  },
  transpose: () => ({
    run: (t) => t.transpose(),
    oracle: (a) => build([...a.shape].reverse(), (i) => at(a, [...i].reverse())),
  }),
  flip: (pick, x) => {
    const axis = x.shape.map((_, d) => d).filter(() => pick(2) === 1);
    return {
      run: (t) => t.flip({ axis }),
      oracle: (a) =>
        build(a.shape, (i) =>
          at(
            a,
            i.map((n, d) => (axis.includes(d) ? a.shape[d]! - 1 - n : n)),
          ),
        ),
    };
  },
  slice: (pick, x) => {
    const starts = x.shape.map((d) => pick(d + 1));
    const ends = x.shape.map((d, i) => starts[i]! + pick(d - starts[i]! + 1));
    return {
      run: (t) => t.slice(starts, ends),
      oracle: (a) =>
        build(
          ends.map((e, i) => e - starts[i]!),
          (i) =>
            at(
              a,
              i.map((n, d) => n + starts[d]!),
            ),
        ),
    };
  },
  pad: (pick, x) => {
    const widths = x.shape.map(() => [pick(3), pick(3)] as const);
    const value = pick(2);
    return {
      run: (t) => t.pad(widths, { value }),
      oracle: (a) =>
        build(
          a.shape.map((d, i) => widths[i]![0] + d + widths[i]![1]),
          (i) => {
            const from = i.map((n, d) => n - widths[d]![0]);
            return from.every((n, d) => n >= 0 && n < a.shape[d]!) ? at(a, from) : value;
          },
        ),
    };
  },
  broadcastTo: (pick, x) => {
    const shape = [2, ...x.shape.map((d) => (d === 1 ? pick(3) : d))];
    return { run: (t) => t.broadcastTo(shape), oracle: (a) => build(shape, (i) => at(a, i)) };
  },
  squeeze: () => ({
    run: (t) => t.squeeze(),
    oracle: (a) => ({ shape: a.shape.filter((d) => d !== 1), data: a.data }),
  }),
  unsqueeze: (pick, x) => {
    const axis = pick(x.shape.length + 1);
    return {
      run: (t) => t.unsqueeze(axis),
      oracle: (a) => ({ shape: [...a.shape.slice(0, axis), 1, ...a.shape.slice(axis)], data: a.data }),
    };
  },
};

/** A deterministic chooser for one run of a property. */
const chooser = (seed: number): ((n: number) => number) => {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
};

const cube = (t: Tensor): Tensor => t.mul(t).mul(t);
const cubes = (x: Nd): Nd => ({ shape: x.shape, data: x.data.map((v) => v ** 3) });

/** Reshape, permute and the other movements on a device. */
export function movementSuite(name: DeviceName): void {
  suiteOn(name, 'movement', (settings) => {
    for (const [move, make] of Object.entries(moves))
      test(`${move} puts every element where the index says, forward and backward`, async () => {
        await fc.assert(
          fc.asyncProperty(smallShape, fc.nat(), async (shape, seed) => {
            const x = numbers(shape, 1 + (seed % 97));
            const { run, oracle } = make(chooser(seed), x);
            // The cube makes the second derivative pass through the movement.
            const c = {
              name: move,
              inputs: [x],
              run: (t: Tensor) => run(cube(t)),
              oracle: (a: Nd) => oracle(cubes(a)),
            };
            await checkCase({ ...c, order: count(shape) < 20 ? 2 : 1 }, settings);
          }),
          { numRuns: settings.runs, seed: 3 },
        );
      });

    test('movements of movements are the movement of the whole', async () => {
      await fc.assert(
        fc.asyncProperty(
          smallShape,
          fc.array(fc.tuple(fc.constantFrom(...Object.keys(moves)), fc.nat()), {
            minLength: 2,
            maxLength: 5,
          }),
          async (shape, chain) => {
            const x = numbers(shape, 5);
            let value = x;
            const runs: Case['run'][] = [];
            const oracles: Case['oracle'][] = [];
            for (const [move, seed] of chain) {
              if (value.shape.length > 6 || count(value.shape) > 200) break;
              const { run, oracle } = moves[move]!(chooser(seed), value);
              runs.push(run);
              oracles.push(oracle);
              value = oracle(value);
            }
            const c = {
              inputs: [x],
              run: (t: Tensor) => runs.reduce((u, f) => f(u), t),
              oracle: (a: Nd) => oracles.reduce((u, f) => f(u), a),
            };
            await checkCase({ ...c, name: chain.map(([m]) => m).join(' '), order: 1 }, settings);
          },
        ),
        { numRuns: settings.runs, seed: 4 },
      );
    });

    test('rank 8 moves like any other', async () => {
      const x = numbers([2, 1, 2, 1, 2, 1, 1, 2]);
      const order = [7, 5, 3, 1, 0, 2, 4, 6];
      await checkCase(
        {
          name: 'permute and flip',
          inputs: [x],
          run: (t) =>
            t
              .permute(order)
              .flip({ axis: [0, 4] })
              .mul(t),
          oracle: (a) =>
            build(
              broadcastShape(
                order.map((o) => a.shape[o]!),
                a.shape,
              ),
              (i) => {
                const j = i.map((n, d) => (d === 0 || d === 4 ? a.shape[order[d]!]! - 1 - n : n));
                const moved = a.shape.map((s, d) => (s === 1 ? 0 : j[order.indexOf(d)]!));
                return at(a, moved) * at(a, i);
              },
            ),
        },
        settings,
      );
    });

    test('concat lays tensors end to end, also one tensor twice', async () => {
      for (const [a, b, axis] of [
        [[2, 3], [2, 1], 1],
        [[1], [4], 0],
        [[0, 2], [3, 2], 0],
        [[2, 2, 1], [2, 2, 2], -1],
      ] as const) {
        const along = axis < 0 ? axis + a.length : axis;
        await checkCase(
          {
            name: 'concat',
            inputs: [numbers(a), numbers(b, 2)],
            run: (x, y) => concat([cube(x!), y!, x!], { axis }),
            oracle: (x, y) =>
              build(
                a.map((d, i) => (i === along ? 2 * d + b[i]! : d)),
                (i) => {
                  const n = i[along]!;
                  const [d, e] = [a[along]!, b[along]!];
                  const index = (k: number): number[] => i.map((v, j) => (j === along ? k : v));
                  if (n < d) return at(x!, index(n)) ** 3;
                  return n < d + e ? at(y!, index(n - d)) : at(x!, index(n - d - e));
                },
              ),
          },
          settings,
        );
      }
    });

    test('more tensors than a kernel takes are laid end to end', async () => {
      const inputs = Array.from({ length: 12 }, (_, i) => numbers([2], 1 + i));
      await checkCase(
        {
          name: 'concat of 12',
          inputs,
          run: (...xs) => concat(xs.map(cube)),
          oracle: (...xs) => ({ shape: [24], data: xs.flatMap((x) => cubes(x).data) }),
          order: 1,
        },
        settings,
      );
    });

    test('stack makes a new axis', async () => {
      for (const axis of [0, 1, -1])
        await checkCase(
          {
            name: 'stack',
            inputs: [numbers([2, 3]), numbers([2, 3], 2)],
            run: (x, y) => stack([x!, y!.mul(x!)], { axis }),
            oracle: (x, y) => {
              const place = axis < 0 ? 2 : axis;
              const shape = [2, 3];
              shape.splice(place, 0, 2);
              return build(shape, (i) => {
                const j = i.filter((_, d) => d !== place);
                return i[place] === 0 ? at(x!, j) : at(y!, j) * at(x!, j);
              });
            },
          },
          settings,
        );
    });

    test('split takes apart what concat put together', async () => {
      const x = numbers([2, 6]);
      for (const parts of [3, [1, 0, 5]])
        await checkCase(
          {
            name: 'split',
            inputs: [x],
            run: (t) => {
              const [a, b, c] = split(cube(t), parts, { axis: 1 }) as [Tensor, Tensor, Tensor];
              return concat([c, a, b], { axis: 1 });
            },
            oracle: (a) => {
              const last = typeof parts === 'number' ? 2 : 5;
              return build([2, 6], ([i, j]) => at(a, [i!, j! < last ? 6 - last + j! : j! - last]) ** 3);
            },
          },
          settings,
        );
    });

    test('iterating a tensor and at() take slices along the first axis', async () => {
      const x = numbers([3, 2]);
      await checkCase(
        {
          name: 'iterate',
          inputs: [x],
          run: (t) => {
            const [a, b, c] = t as unknown as [Tensor, Tensor, Tensor];
            return a.mul(b).add(c).sub(t.at(-1).square());
          },
          oracle: (a) => build([2], ([j]) => at(a, [0, j!]) * at(a, [1, j!]) + at(a, [2, j!]) - at(a, [2, j!]) ** 2),
        },
        settings,
      );
    });

    test('a pad with a value keeps the value of the inside, infinite or not', async () => {
      const x = toTensor({ shape: [2], data: [1, 2] });
      expect(await pad(x, [[1, 0]], { value: -3 }).array()).toEqual([-3, 1, 2]);
      if (settings.ieee) expect(await pad(x, [[0, 1]], { value: -Infinity }).array()).toEqual([1, 2, -Infinity]);
    });

    test('slices count negative bounds from the end and stop at the ends', async () => {
      const x = toTensor(numbers([5]));
      const all = (await x.array()) as number[];
      expect(await x.slice([-3], [-1]).array()).toEqual(all.slice(-3, -1));
      expect(await x.slice([1], [99]).array()).toEqual(all.slice(1));
      expect(await x.slice([4], [2]).array()).toEqual([]);
    });

    test('what lies outside a pad is zero for the derivative as well', async () => {
      await checkCase(
        {
          name: 'shifted product',
          inputs: [numbers([4])],
          run: (t) => t.pad([[1, 1]]).mul(t.pad([[0, 2]])),
          oracle: (a) => build([6], ([i]) => atOrZero(a, [i! - 1]) * atOrZero(a, [i!])),
        },
        settings,
      );
    });
  });
}
