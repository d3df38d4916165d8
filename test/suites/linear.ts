import fc from 'fast-check';
import { expect, test } from 'vitest';
import { vjp } from '../../src/autodiff/vjp.ts';
import { conv2d, convTranspose2d, type ConvOptions } from '../../src/tensor/ops/convolution.ts';
import { einsum } from '../../src/tensor/ops/einsum.ts';
import { matmul } from '../../src/tensor/ops/matmul.ts';
import { batchNorm, layerNorm } from '../../src/tensor/ops/normalization.ts';
import { avgPool2d, maxPool2d } from '../../src/tensor/ops/pooling.ts';
import { Tensor } from '../../src/tensor/tensor.ts';
import { checkCase, expectClose, toTensor } from './checkCase.ts';
import { at, atOrZero, broadcastShape, build, indices, numbers, sumOf, zip, type Nd } from './nd.ts';
import { reduceNd } from './reduce.ts';
import { suiteOn, type DeviceName } from './settings.ts';

function matmulNd(a: Nd, b: Nd): Nd {
  const left = a.shape.length === 1 ? { shape: [1, ...a.shape], data: a.data } : a;
  const right = b.shape.length === 1 ? { shape: [...b.shape, 1], data: b.data } : b;
  const [m, k] = left.shape.slice(-2) as [number, number];
  const n = right.shape.at(-1)!;
  const y = build([...broadcastShape(left.shape.slice(0, -2), right.shape.slice(0, -2)), m, n], (index) => {
    const [batch, i, j] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!];
    // A size of 1 in a batch is repeated; the matrices' own axes are not.
    const get = (x: Nd, r: number, c: number): number => {
      const own = batch.slice(batch.length - (x.shape.length - 2)).map((v, d) => (x.shape[d] === 1 ? 0 : v));
      return at(x, [...own, r, c]);
    };
    return sumOf(Array.from({ length: k }, (_, l) => get(left, i, l) * get(right, l, j)));
  });
  const shape = [...y.shape];
  if (b.shape.length === 1) shape.pop();
  if (a.shape.length === 1) shape.splice(shape.length - (b.shape.length === 1 ? 1 : 2), 1);
  return { shape, data: y.data };
}

/**
 * Σ over every label that the result does not name, one assignment of all labels after the other.
 */
function einsumNd(terms: readonly string[], output: string, xs: readonly Nd[]): Nd {
  const size = new Map<string, number>();
  terms.forEach((term, n) => [...term].forEach((l, i) => size.set(l, Math.max(size.get(l) ?? 0, xs[n]!.shape[i]!))));
  const inner = [...size.keys()].filter((l) => !output.includes(l));
  return build(
    [...output].map((l) => size.get(l)!),
    (index) => {
      const value = new Map([...output].map((l, i) => [l, index[i]!]));
      let sum = 0;
      for (const rest of indices(inner.map((l) => size.get(l)!))) {
        inner.forEach((l, i) => value.set(l, rest[i]!));
        sum += xs.reduce(
          (p, x, n) =>
            p *
            at(
              x,
              [...terms[n]!].map((l) => value.get(l)!),
            ),
          1,
        );
      }
      return sum;
    },
  );
}

type Pair = readonly [number, number];
const pair = (v: number | Pair): Pair => (typeof v === 'number' ? [v, v] : v);

function convNd(x: Nd, w: Nd, { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvOptions): Nd {
  const [s, p, d] = [pair(stride), pair(padding), pair(dilation)];
  const [n, , height, width] = x.shape as [number, number, number, number];
  const [filters, depth, h, v] = w.shape as [number, number, number, number];
  const rows = Math.floor((height + 2 * p[0] - d[0] * (h - 1) - 1) / s[0]) + 1;
  const columns = Math.floor((width + 2 * p[1] - d[1] * (v - 1) - 1) / s[1]) + 1;
  return build([n, filters, rows, columns], ([b, o, i, j]) => {
    const group = Math.floor(o! / (filters / groups));
    return sumOf(
      [...indices([depth, h, v])].map(
        ([c, y, z]) =>
          at(w, [o!, c!, y!, z!]) *
          atOrZero(x, [b!, group * depth + c!, i! * s[0] + y! * d[0] - p[0], j! * s[1] + z! * d[1] - p[1]]),
      ),
    );
  });
}

/** Every element of x adds its filter to the image around its place. */
function convTransposeNd(x: Nd, w: Nd, options: ConvOptions & { outputPadding?: number | Pair }): Nd {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, outputPadding = 0 } = options;
  const [s, p, d, e] = [pair(stride), pair(padding), pair(dilation), pair(outputPadding)];
  const [n, filters, height, width] = x.shape as [number, number, number, number];
  const [, depth, h, v] = w.shape as [number, number, number, number];
  const rows = (height - 1) * s[0] - 2 * p[0] + (h - 1) * d[0] + 1 + e[0];
  const columns = (width - 1) * s[1] - 2 * p[1] + (v - 1) * d[1] + 1 + e[1];
  const shape = [n, depth * groups, rows, columns];
  const out = build(shape, () => 0).data as number[];
  for (const [b, o, i, j] of indices(x.shape) as Iterable<[number, number, number, number]>)
    for (const [c, y, z] of indices([depth, h, v]) as Iterable<[number, number, number]>) {
      const [r, q] = [i * s[0] + y * d[0] - p[0], j * s[1] + z * d[1] - p[1]];
      const channel = Math.floor(o / (filters / groups)) * depth + c;
      if (r >= 0 && r < rows && q >= 0 && q < columns)
        out[((b * shape[1]! + channel) * rows + r) * columns + q]! += at(x, [b, o, i, j]) * at(w, [o, c, y, z]);
    }
  return { shape, data: out };
}

function poolNd(x: Nd, size: Pair, stride: Pair, padding: Pair, f: (xs: number[]) => number, outside: number): Nd {
  const [n, c, height, width] = x.shape as [number, number, number, number];
  const rows = Math.floor((height + 2 * padding[0] - size[0]) / stride[0]) + 1;
  const columns = Math.floor((width + 2 * padding[1] - size[1]) / stride[1]) + 1;
  return build([n, c, rows, columns], ([b, k, i, j]) =>
    f(
      [...indices(size)].map(([y, z]) => {
        const [r, q] = [i! * stride[0] + y! - padding[0], j! * stride[1] + z! - padding[1]];
        return r >= 0 && r < height && q >= 0 && q < width ? at(x, [b!, k!, r, q]) : outside;
      }),
    ),
  );
}

/** Matrix products, sums after Einstein, convolutions, pools and normalisations on a device. */
export function linearSuite(name: DeviceName): void {
  suiteOn(name, 'linear', (settings) => {
    test('matmul follows NumPy for matrices, vectors and batches', async () => {
      for (const [a, b] of [
        [
          [2, 3],
          [3, 4],
        ],
        [[3], [3]],
        [[3], [3, 2]],
        [[2, 3], [3]],
        [
          [2, 2, 3],
          [3, 2],
        ],
        [[2, 2, 3], [3]],
        [[3], [2, 3, 2]],
        [
          [2, 3],
          [2, 3, 2],
        ],
        [
          [2, 2, 3],
          [2, 3, 2],
        ],
        [
          [2, 1, 2, 3],
          [3, 3, 1],
        ],
        [
          [1, 1, 1, 2, 1, 1, 2, 3],
          [3, 2],
        ],
        [
          [2, 0],
          [0, 3],
        ],
        [
          [0, 2],
          [2, 3],
        ],
        [
          [1, 1],
          [1, 1],
        ],
      ])
        await checkCase(
          {
            name: `matmul ${JSON.stringify([a, b])}`,
            inputs: [numbers(a!), numbers(b!, 2)],
            run: (x, y) => matmul(x!, y!),
            oracle: (x, y) => matmulNd(x!, y!),
          },
          settings,
        );
    });

    test('matmul agrees with the loop for any sizes', async () => {
      const size = fc.integer({ min: 1, max: 9 });
      await fc.assert(
        fc.asyncProperty(fc.tuple(size, size, size), fc.boolean(), async ([m, k, n], transposed) => {
          const b = numbers(transposed ? [n, k] : [k, n], 2);
          const turned = (y: Nd): Nd => (transposed ? build([k, n], ([i, j]) => at(y, [j!, i!])) : y);
          await checkCase(
            {
              name: 'matmul',
              inputs: [numbers([m, k]), b],
              run: (x, y) => matmul(x!, transposed ? y!.transpose() : y!),
              oracle: (x, y) => matmulNd(x!, turned(y!)),
              order: 1,
            },
            settings,
          );
        }),
        { numRuns: settings.runs, seed: 6 },
      );
    });

    test('a larger matmul agrees with the loop', async () => {
      const [a, b] = [numbers([65, 70]), numbers([70, 33], 2)];
      expectClose('matmul', await matmul(toTensor(a), toTensor(b)).data(), matmulNd(a, b).data, settings.tolerance);
    });

    test('a network of two layers has its derivatives', async () => {
      await checkCase(
        {
          name: 'tanh(x w) v',
          inputs: [numbers([2, 3]), numbers([3, 4], 2, -1, 1), numbers([4], 3)],
          run: (x, w, v) => matmul(matmul(x!, w!).tanh(), v!),
          oracle: (x, w, v) => matmulNd(zip(Math.tanh, matmulNd(x!, w!)), v!),
        },
        settings,
      );
    });

    test('einsum sums what the result does not name', async () => {
      for (const [spec, terms, output, shapes] of [
        [
          'ij,jk->ik',
          ['ij', 'jk'],
          'ik',
          [
            [2, 3],
            [3, 2],
          ],
        ],
        [
          'ij,jk',
          ['ij', 'jk'],
          'ik',
          [
            [2, 3],
            [3, 2],
          ],
        ],
        ['ba', ['ba'], 'ab', [[2, 3]]],
        ['ij->', ['ij'], '', [[2, 3]]],
        ['ii->i', ['ii'], 'i', [[3, 3]]],
        ['ii', ['ii'], '', [[3, 3]]],
        ['iji->ji', ['iji'], 'ji', [[2, 3, 2]]],
        ['iii->i', ['iii'], 'i', [[2, 2, 2]]],
        ['i,j->ij', ['i', 'j'], 'ij', [[2], [3]]],
        ['i,i->i', ['i', 'i'], 'i', [[3], [3]]],
        ['i,i,i->', ['i', 'i', 'i'], '', [[3], [3], [3]]],
        [
          'bij,bjk->bik',
          ['bij', 'bjk'],
          'bik',
          [
            [2, 2, 3],
            [2, 3, 2],
          ],
        ],
        [
          'bij,jb->ib',
          ['bij', 'jb'],
          'ib',
          [
            [2, 2, 3],
            [3, 2],
          ],
        ],
        [
          'ijk,jil->kl',
          ['ijk', 'jil'],
          'kl',
          [
            [2, 3, 2],
            [3, 2, 2],
          ],
        ],
        ['ij,k->', ['ij', 'k'], '', [[2, 2], [3]]],
        [
          'ij , jk , kl -> li',
          ['ij', 'jk', 'kl'],
          'li',
          [
            [2, 3],
            [3, 2],
            [2, 2],
          ],
        ],
        [
          '...ij,...jk->...ik',
          ['abij', 'bjk'],
          'abik',
          [
            [2, 2, 1, 3],
            [2, 3, 2],
          ],
        ],
        ['...i->...', ['abi'], 'ab', [[2, 3, 2]]],
        [
          'i...,i...',
          ['iab', 'ib'],
          'ab',
          [
            [2, 2, 3],
            [2, 3],
          ],
        ],
        [
          '...,...->...',
          ['ab', 'ab'],
          'ab',
          [
            [2, 1],
            [1, 3],
          ],
        ],
        [
          'ij,ij->ij',
          ['ij', 'ij'],
          'ij',
          [
            [2, 1],
            [2, 3],
          ],
        ],
        ['ij->j', ['ij'], 'j', [[0, 2]]],
        [',i->i', ['', 'i'], 'i', [[], [3]]],
      ] as [string, string[], string, number[][]][])
        await checkCase(
          {
            name: `einsum ${spec}`,
            inputs: shapes.map((s, i) => numbers(s, 1 + i)),
            run: (...xs) => einsum(spec, ...xs),
            oracle: (...xs) => einsumNd(terms, output, xs),
          },
          settings,
        );
    });

    test('conv2d agrees with the loop for strides, paddings, dilations and groups', async () => {
      for (const [x, w, options] of [
        [[1, 1, 3, 3], [1, 1, 2, 2], {}],
        [[2, 2, 3, 4], [3, 2, 2, 3], {}],
        [[1, 2, 4, 4], [2, 2, 3, 3], { padding: 1 }],
        [[1, 1, 5, 4], [2, 1, 2, 2], { stride: 2 }],
        [[1, 1, 5, 5], [1, 1, 2, 2], { dilation: 2, padding: [0, 1] }],
        [[1, 4, 3, 3], [2, 2, 2, 2], { groups: 2 }],
        [[2, 2, 2, 2], [4, 1, 1, 1], { groups: 2 }],
        [[1, 2, 4, 5], [2, 1, 3, 2], { groups: 2, stride: [2, 3], padding: [1, 2], dilation: [1, 2] }],
        [[0, 2, 3, 3], [1, 2, 2, 2], {}],
      ] as [number[], number[], ConvOptions][])
        await checkCase(
          {
            name: `conv2d ${JSON.stringify([x, w, options])}`,
            inputs: [numbers(x), numbers(w, 2)],
            run: (a, b) => conv2d(a!, b!, options),
            oracle: (a, b) => convNd(a!, b!, options),
          },
          settings,
        );
    });

    test('convTranspose2d lays filters around places', async () => {
      for (const [x, w, options] of [
        [[1, 1, 2, 2], [1, 1, 2, 2], {}],
        [[2, 2, 2, 3], [2, 3, 2, 2], { stride: 2 }],
        [[1, 2, 3, 3], [2, 1, 3, 3], { padding: 1 }],
        [[1, 1, 2, 3], [1, 2, 3, 3], { stride: 2, padding: 1, outputPadding: 1 }],
        [[1, 4, 2, 2], [4, 1, 2, 2], { groups: 2, dilation: 2 }],
        [[1, 1, 2, 2], [1, 1, 2, 2], { stride: 1, dilation: 2, outputPadding: 1 }],
        [[1, 1, 3, 3], [1, 1, 1, 1], { stride: 3, outputPadding: [2, 0] }],
      ] as [number[], number[], ConvOptions & { outputPadding?: number }][])
        await checkCase(
          {
            name: `convTranspose2d ${JSON.stringify([x, w, options])}`,
            inputs: [numbers(x), numbers(w, 2)],
            run: (a, b) => convTranspose2d(a!, b!, options),
            oracle: (a, b) => convTransposeNd(a!, b!, options),
          },
          settings,
        );
    });

    test('maxPool2d and avgPool2d agree with the loop', async () => {
      for (const [shape, size, stride, padding] of [
        [[1, 1, 4, 4], 2, undefined, undefined],
        [
          [2, 2, 3, 4],
          [2, 3],
          [1, 1],
          [1, 0],
        ],
        [[1, 1, 5, 5], 3, 2, 1],
        [[1, 1, 4, 3], [1, 2], 1, undefined],
      ] as const) {
        const options = { size, ...(stride && { stride }), ...(padding && { padding }) };
        const [z, s, p] = [pair(size), pair(stride ?? size), pair(padding ?? 0)];
        const x = numbers(shape);
        await checkCase(
          {
            name: `maxPool2d ${JSON.stringify([shape, options])}`,
            inputs: [x],
            run: (t) => maxPool2d(t.mul(t).mul(t), options),
            oracle: (t) =>
              poolNd(
                zip((v) => v ** 3, t),
                z,
                s,
                p,
                (xs) => Math.max(...xs),
                -Infinity,
              ),
          },
          settings,
        );
        await checkCase(
          {
            name: `avgPool2d ${JSON.stringify([shape, options])}`,
            inputs: [x],
            run: (t) => avgPool2d(t.square(), options),
            oracle: (t) =>
              poolNd(
                zip((v) => v ** 2, t),
                z,
                s,
                p,
                (xs) => sumOf(xs) / xs.length,
                0,
              ),
          },
          settings,
        );
      }
    });

    test('of equal places maxPool2d takes the first, in value and derivative', async () => {
      const x = toTensor({ shape: [1, 1, 2, 2], data: [3, 3, 3, 3] });
      const y = maxPool2d(x, { size: 2 });
      const g = vjp([y.sum().node], [x.node], [toTensor({ shape: [], data: [1] }).node])[0]!;
      expect(Array.from(await new Tensor(g).data())).toEqual([1, 0, 0, 0]);
      expect(await y.item()).toBe(3);
    });

    test('batchNorm and layerNorm agree with their formulas', async () => {
      const x = numbers([3, 2, 2]);
      const channel = (p: Nd): Nd => ({ shape: [2, 1], data: p.data });
      await checkCase(
        {
          name: 'batchNorm',
          inputs: [x, numbers([2], 2), numbers([2], 3, 0.5, 2), numbers([2], 4), numbers([2], 5)],
          run: (t, mean, variance, scale, offset) =>
            batchNorm(t!, { mean: mean!, variance: variance!, scale: scale!, offset: offset!, eps: 0.01 }),
          oracle: (t, m, v, s, o) =>
            zip(
              (a, b, c, d, e) => ((a - b) / Math.sqrt(c + 0.01)) * d + e,
              t!,
              channel(m!),
              channel(v!),
              channel(s!),
              channel(o!),
            ),
        },
        settings,
      );
      const spread = (xs: number[]): number => sumOf(xs.map((v) => (v - sumOf(xs) / xs.length) ** 2)) / xs.length;
      const normed = (t: Nd, axes: number[]): Nd =>
        zip(
          (v, m, s) => (v - m) / Math.sqrt(s + 1e-5),
          t,
          reduceNd(t, axes, true, (xs) => sumOf(xs) / xs.length),
          reduceNd(t, axes, true, spread),
        );
      await checkCase(
        {
          name: 'batchNorm of the batch',
          inputs: [x],
          run: (t) => batchNorm(t),
          oracle: (t) => normed(t, [0, 2]),
        },
        settings,
      );
      await checkCase(
        {
          name: 'layerNorm',
          inputs: [numbers([2, 4])],
          run: (t) => layerNorm(t),
          oracle: (t) => normed(t, [1]),
        },
        settings,
      );
    });
  });
}
