import { elementwise as table, type ElementwiseName } from '../../../kernels/elementwise.ts';
import { sizeOf, type Shape } from '../../graph/node.ts';
import { range } from '../../graph/shape.ts';
import { tensor } from '../../tensor/create.ts';
import { key } from '../../tensor/key.ts';
import * as activations from '../../tensor/ops/activations.ts';
import { conv2d } from '../../tensor/ops/convolution.ts';
import { gather, scatterAdd, take } from '../../tensor/ops/indexing.ts';
import { matmul } from '../../tensor/ops/matmul.ts';
import * as move from '../../tensor/ops/movement.ts';
import { avgPool2d, maxPool2d } from '../../tensor/ops/pooling.ts';
import * as reduce from '../../tensor/ops/reduce.ts';
import { logSoftmax, softmax } from '../../tensor/ops/softmax.ts';
import { sort } from '../../tensor/ops/sort.ts';
import { random as draw } from '../../tensor/random.ts';
import { applyElementwise, type Tensor } from '../../tensor/tensor.ts';
import { checkpoint } from '../../tensor/transforms/checkpoint.ts';
import { stopGradient } from '../../tensor/transforms/stopGradient.ts';
import { any, mostAxes, mostElements, newShape, numbers, pick, someAxes, together, type Choice } from './pool.ts';
import type { Random, Step } from './program.ts';

const step = (name: string, inputs: readonly number[], run: Step['run']): Step => ({ name, inputs, run });

/** A choice of one input that fits; `make` draws what else there is to draw. */
const one =
  (
    name: string,
    make: (random: Random, shape: Shape) => ((x: Tensor) => Tensor) | undefined,
    fits?: (shape: Shape) => boolean,
  ): Choice =>
  (random, pool) => {
    const i = any(random, pool, fits);
    const run = i === undefined ? undefined : make(random, pool[i]!);
    return run && step(name, [i!], run);
  };

/** x moved well into an operation's domain, mostly: outside it, or near a pole, the step is not taken. */
function into([low, high]: readonly [number, number], x: Tensor): Tensor {
  if (low === -Infinity) return x;
  return high === Infinity
    ? x.abs().add(low + 0.25)
    : x
        .tanh()
        .mul((high - low) * 0.45)
        .add((low + high) / 2);
}

const names = Object.keys(table) as ElementwiseName[];
const namesOf = (arity: number): ElementwiseName[] => names.filter((n) => table[n].arity === arity);

const unary: readonly Choice[] = namesOf(1).map((name) =>
  one(name, (random) => {
    const inside = random(3) > 0;
    return (x) => applyElementwise(name, inside ? into(table[name].domain[0]!, x) : x);
  }),
);

/** Another step that broadcasts with the one at i, or a number. */
function partner(random: Random, pool: Parameters<Choice>[1], i: number): number | undefined {
  return random(5) === 0 ? undefined : any(random, pool, (shape) => together(pool[i]!, shape) !== undefined);
}

const binary: readonly Choice[] = [...namesOf(2), 'add', 'mul', 'sub', 'div'].map((name): Choice => (random, pool) => {
  const i = any(random, pool)!;
  const j = partner(random, pool, i);
  const op = name as ElementwiseName;
  const inside = random(3) > 0;
  const [first, second] = [0, 1].map((n) => (x: Tensor) => (inside ? into(table[op].domain[n]!, x) : x)) as [
    (x: Tensor) => Tensor,
    (x: Tensor) => Tensor,
  ];
  if (j !== undefined) return step(name, [i, j], (a, b) => applyElementwise(op, first(a!), second(b!)));
  const value = pick(random, [-3, -1, 0, 0.5, 0.7, 1, 2, 3]);
  return random(2) === 0
    ? step(name, [i], (a) => applyElementwise(op, first(a!), value))
    : step(name, [i], (a) => applyElementwise(op, value, second(a!)));
});

const ternary: readonly Choice[] = [
  (random, pool) => {
    const i = any(random, pool)!;
    const j = partner(random, pool, i) ?? i;
    const k = any(random, pool, (shape) => together(pool[i]!, pool[j]!, shape) !== undefined);
    if (k === undefined) return undefined;
    const by = pick(random, [-1, 0, 0.3]);
    return step('where', [i, j, k], (a, b, c) => applyElementwise('where', a!.greater(by), b!, c!));
  },
  one('clip', (random) => {
    const low = pick(random, [-2, -1, 0, 0.3]);
    const high = low + pick(random, [0.5, 1, 2]);
    return (x) => applyElementwise('clip', x, low, high);
  }),
];

type Fold = (x: Tensor, options: reduce.ReduceOptions) => Tensor;
const folds: readonly [string, Fold][] = Object.entries({
  sum: reduce.sum,
  mean: reduce.mean,
  prod: reduce.prod,
  max: reduce.max,
  min: reduce.min,
  logSumExp: reduce.logSumExp,
  variance: reduce.variance,
  std: reduce.std,
  norm: reduce.norm,
  total: reduce.sum,
});
const full = (shape: Shape): boolean => shape.length > 0 && sizeOf(shape) > 0;
const alongAxis = (name: string, f: (x: Tensor, axis: number) => Tensor): Choice =>
  one(
    name,
    (random, shape) => {
      const axis = random(shape.length);
      return (x) => f(x, axis);
    },
    full,
  );

const reductions: readonly Choice[] = [
  ...folds.map(([name, f]) =>
    one(name, (random, shape) => {
      const axis = someAxes(random, shape);
      const keepDims = random(2) === 0;
      // Over an empty axis there are sums and products alone.
      if (name !== 'sum' && name !== 'prod' && axis.some((a) => shape[a] === 0)) return undefined;
      return (x) => f(x, { axis, keepDims });
    }),
  ),
  alongAxis('cumsum', (x, axis) => reduce.cumsum(x, { axis })),
  alongAxis('softmax', (x, axis) => softmax(x, { axis })),
  alongAxis('logSoftmax', (x, axis) => logSoftmax(x, { axis })),
  alongAxis('sort', (x, axis) => sort(x, { axis })[0]),
  alongAxis('argMax', (x, axis) => reduce.argMax(x, { axis })),
];

const shuffled = (random: Random, n: number): number[] => {
  const order = range(n);
  for (let i = n - 1; i > 0; i--) {
    const j = random(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

/** Another shape of the same size. */
function refactored(random: Random, shape: Shape): number[] {
  let rest = sizeOf(shape);
  const out: number[] = [];
  if (rest === 0) return [...shuffled(random, shape.length).map((i) => shape[i]!), ...(random(2) === 0 ? [2] : [])];
  while (rest > 1 && out.length < mostAxes - 1) {
    const divisors = range(rest + 1).filter((d) => d > 0 && rest % d === 0);
    const d = pick(random, divisors);
    out.push(d);
    rest /= d;
  }
  if (rest > 1) out.push(rest);
  return out;
}

const movements: readonly Choice[] = [
  one(
    'reshape',
    (random, shape) => {
      const to = refactored(random, shape);
      return (x) => move.reshape(x, to);
    },
    (shape) => sizeOf(shape) <= mostElements && shape.length <= mostAxes,
  ),
  one(
    'permute',
    (random, shape) => {
      const order = shuffled(random, shape.length);
      return (x) => move.permute(x, order);
    },
    (shape) => shape.length > 1,
  ),
  one(
    'broadcastTo',
    (random, shape) => {
      const lead = random(Math.min(3, mostAxes + 1 - shape.length));
      const to = [...range(lead).map(() => 1 + random(3)), ...shape.map((d) => (d === 1 ? 1 + random(4) : d))];
      return sizeOf(to) > mostElements ? undefined : (x) => move.broadcastTo(x, to);
    },
    (shape) => shape.length <= mostAxes && shape.length > 0,
  ),
  one(
    'squeeze',
    () => (x) => move.squeeze(x),
    (shape) => shape.includes(1),
  ),
  one(
    'unsqueeze',
    (random, shape) => {
      const axis = random(shape.length + 1);
      return (x) => move.unsqueeze(x, axis);
    },
    (shape) => shape.length < mostAxes,
  ),
  one(
    'slice',
    (random, shape) => {
      const starts = shape.map((d) => random(Math.max(1, d - 1)));
      const ends = shape.map((d, i) => Math.min(d, starts[i]! + random(d + 1) + (random(10) === 0 ? 0 : 1)));
      return (x) => move.slice(x, starts, ends);
    },
    full,
  ),
  one('pad', (random, shape) => {
    const widths = shape.map((): [number, number] => [random(3), random(3)]);
    const value = pick(random, [0, 0, 1.5]);
    return sizeOf(shape.map((d, i) => d + widths[i]![0] + widths[i]![1])) > mostElements
      ? undefined
      : (x) => move.pad(x, widths, { value });
  }),
  one('flip', (random, shape) => {
    const axis = someAxes(random, shape);
    return (x) => move.flip(x, { axis });
  }),
];

/** Two to four steps of one shape off an axis, laid end to end, or of one shape, stacked. */
const joining: readonly Choice[] = [
  (random, pool) => {
    const i = any(random, pool, (shape) => shape.length > 0);
    if (i === undefined) return undefined;
    const axis = random(pool[i]!.length);
    const fits = (shape: Shape): boolean =>
      shape.length === pool[i]!.length && shape.every((d, a) => a === axis || d === pool[i]![a]);
    const all = [i, ...range(1 + random(random(6) === 0 ? 9 : 3)).map(() => any(random, pool, fits)!)];
    if (all.reduce((n, j) => n + sizeOf(pool[j]!), 0) > mostElements) return undefined;
    return step(
      'concat',
      shuffled(random, all.length).map((n) => all[n]!),
      (...xs) => move.concat(xs, { axis }),
    );
  },
  (random, pool) => {
    const i = any(random, pool, (shape) => shape.length < mostAxes)!;
    if (i === undefined || sizeOf(pool[i]!) * 3 > mostElements) return undefined;
    const axis = random(pool[i]!.length + 1);
    const others = range(1 + random(2)).map(() => any(random, pool, (shape) => shape.join() === pool[i]!.join())!);
    return step('stack', [i, ...others], (...xs) => move.stack(xs, { axis }));
  },
  one(
    'split',
    (random, shape) => {
      const axis = random(shape.length);
      const cut = random(shape[axis]! + 1);
      return (x) => {
        const [a, b] = move.splitTensor(x, [cut, shape[axis]! - cut], { axis }) as [Tensor, Tensor];
        return move.concat([b.mul(2), a.sin()], { axis });
      };
    },
    full,
  ),
];

const indicesBelow = (random: Random, n: number, count: number): number[] => range(count).map(() => random(n));

const indexing: readonly Choice[] = [
  one(
    'take',
    (random, shape) => {
      const axis = random(shape.length);
      const indices = newShape(random, 6);
      const at = indicesBelow(random, shape[axis]!, sizeOf(indices));
      if (indices.length + shape.length - 1 > mostAxes || (sizeOf(shape) / shape[axis]!) * at.length > mostElements)
        return undefined;
      return (x) => take(x, tensor(Float64Array.from(at), { shape: indices }), { axis });
    },
    full,
  ),
  one(
    'gather',
    (random, shape) => {
      const axis = random(shape.length);
      const size = random(5);
      const indices = shape.map((d, a) => (a === axis ? size : Math.max(1, d - random(2))));
      const at = indicesBelow(random, shape[axis]!, sizeOf(indices));
      return (x) => gather(x, tensor(Float64Array.from(at), { shape: indices }), { axis });
    },
    full,
  ),
  one(
    'scatterAdd',
    (random, shape) => {
      const axis = random(shape.length);
      const count = 1 + random(4);
      const at = indicesBelow(random, shape[axis]!, count);
      const given = shape.map((d, a) => (a === axis ? count : d));
      const updates = numbers(random, sizeOf(given));
      const flat = shape.length === 1;
      return (x) => {
        const u = tensor(Float64Array.from(updates), { shape: given }).mul(x.mean());
        // Of x's rank, indices name one place for each update; of rank 1, a slice for each.
        const spread = tensor(Float64Array.from(range(u.size).map(() => at[0]!)), { shape: given });
        return flat
          ? scatterAdd(x, tensor(at), u, { axis })
          : scatterAdd(x, count === 1 ? spread : tensor(at), u, { axis });
      };
    },
    full,
  ),
];

const linear: readonly Choice[] = [
  (random, pool) => {
    const i = any(random, pool, full);
    if (i === undefined) return undefined;
    const shape = pool[i]!;
    const inner = shape.at(-1)!;
    const fits = (other: Shape): boolean =>
      other.length > 0 &&
      other.at(other.length === 1 ? -1 : -2) === inner &&
      together(shape.slice(0, -2), other.slice(0, -2)) !== undefined &&
      sizeOf(shape) * (other.length === 1 ? 1 : other.at(-1)!) * sizeOf(other.slice(0, -2)) <= 4 * mostElements;
    const j = any(random, pool, fits);
    if (j !== undefined && random(3) > 0) return step('matmul', [i, j], (a, b) => matmul(a!, b!));
    const columns = 1 + random(4);
    const w = numbers(random, inner * columns, -1, 1);
    return step('matmul', [i], (a) => matmul(a!, tensor(w, { shape: [inner, columns] })));
  },
  one(
    'matmul',
    () => (x) => matmul(x, move.permute(x, [...range(x.rank - 2), x.rank - 1, x.rank - 2])),
    (s) => full(s) && s.length > 1,
  ),
  one(
    'conv2d',
    (random, shape) => {
      const [, channels, h, w] = shape as [number, number, number, number];
      const size = [1 + random(Math.min(3, h)), 1 + random(Math.min(3, w))] as [number, number];
      const out = 1 + random(2);
      const weights = numbers(random, out * channels * size[0] * size[1], -1, 1);
      const options = { stride: 1 + random(2), padding: random(2), dilation: 1 };
      return (x) => conv2d(x, tensor(weights, { shape: [out, channels, ...size] }), options);
    },
    (s) => full(s) && s.length === 4,
  ),
  one(
    'maxPool2d',
    (random, shape) => {
      const size = 1 + random(Math.min(2, shape[2]!, shape[3]!));
      const stride = 1 + random(2);
      return (x) => maxPool2d(x, { size, stride });
    },
    (s) => full(s) && s.length === 4,
  ),
  one(
    'avgPool2d',
    (random, shape) => {
      const size = 1 + random(Math.min(2, shape[2]!, shape[3]!));
      return (x) => avgPool2d(x, { size, padding: 0 });
    },
    (s) => full(s) && s.length === 4,
  ),
];

const rest: readonly Choice[] = [
  one('stopGradient', () => (x) => stopGradient(x)),
  one('checkpoint', () => (x) => checkpoint((y: Tensor) => y.mul(0.5).tanh().mul(y))(x) as Tensor),
  one('gelu', () => (x) => activations.gelu(x)),
  one('silu', () => (x) => activations.silu(x)),
  one('elu', () => (x) => activations.elu(x)),
  one('leakyRelu', () => (x) => activations.leakyRelu(x)),
  (random) => {
    const [shape, seed] = [newShape(random), random(1000)];
    return step('uniform', [], () => draw.uniform(key(seed), shape));
  },
];

/** What a program may do next; the groups are equally likely. */
export const choices: readonly (readonly Choice[])[] = [
  unary,
  unary,
  binary,
  binary,
  [...binary, ...ternary],
  reductions,
  reductions,
  movements,
  movements,
  joining,
  indexing,
  linear,
  rest,
];
