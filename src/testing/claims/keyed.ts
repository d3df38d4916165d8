import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import type { SignDropOptions } from '../../multiloss/signDrop.ts';
import { ones, tensor } from '../../tensor/create.ts';
import { foldIn, key, type Key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import { again, checkSignal, type Claim, type Context, type Verdict } from '../claim.ts';
import { program } from './snippets.ts';
import { bernstein } from './sampling.ts';

/** Layers of rank 1 to 3, and one whose signs are summed over a batch; the purity's shape. */
interface Layer {
  readonly shape: readonly number[];
  readonly marginalize: 'none' | 'batch';
  readonly purity: readonly number[];
}
const layers: readonly Layer[] = [
  { shape: [64, 64], marginalize: 'none', purity: [64, 64] },
  { shape: [4096], marginalize: 'none', purity: [4096] },
  { shape: [16, 16, 16], marginalize: 'none', purity: [16, 16, 16] },
  { shape: [2, 4096], marginalize: 'batch', purity: [1, 4096] },
];
const cells = 4096;

/** What goes back to h for lanes g of h's shape. */
function back({ subject }: Context, { shape, marginalize }: Layer, own: Key, g: Tensor): Promise<ArrayLike<number>> {
  const options: SignDropOptions = { key: own, marginalize };
  return vjp((x: Tensor) => fanOut(x, 2, subject(options)), ones(shape))[1](g)[0].data();
}

/** Two lanes p and p − 1 at each cell; in a batch the first example alone has gradients. */
const lanesOf = ({ shape, purity, marginalize }: Layer, p: ArrayLike<number>): Tensor => {
  const all = [p, Array.from(p, (x) => x - 1)].map((lane) => Array.from(lane));
  const rows = marginalize === 'batch' ? all.map((lane) => [...lane, ...lane.map(() => 0)]) : all;
  return tensor(rows).reshape([2, ...(marginalize === 'batch' ? shape : purity)]);
};

const layerText = ({ shape, marginalize }: Layer): string =>
  `[${shape.join(', ')}]${marginalize === 'batch' ? ', summed over the batch' : ''}`;

/** A cell of a layer, and the side of its draw on which its purity lies. */
interface Case {
  readonly layer: number;
  readonly cell: number;
  readonly above: boolean;
}

const step = 2 ** -24;
const keyText = ({ seed }: Context): string => `key(${seed >>> 0})`;

const lastBit: Claim = caseClaim<Case>({
  name: 'key-to-the-last-bit',
  group: 'Structure of the merge',
  statement:
    'Drawn by key, a position keeps its positive side exactly where P > U, with U = random.uniform(key) of the purity’s shape, for layers of any rank: P is 2⁻²⁴ above or below U, and each position has its own U.',
  source: 'Chen et al. 2020, Equation 2: U is uniform, and independent at each position',
  expected: 'holds',
  tolerance: 'none: p + q = 1 and p is a multiple of 2⁻²⁴, so P = p is exact in float32',
  devices: 'all',
  share: 0.5,
  cases: () =>
    fc.record({
      layer: fc.nat({ max: layers.length - 1 }),
      cell: fc.nat({ max: cells - 1 }),
      above: fc.boolean(),
    }),
  async judge(all, context) {
    const out: (string | undefined)[] = all.map(() => undefined);
    for (const [n, layer] of layers.entries())
      for (const above of [true, false]) {
        const own = all.flatMap((c, i) => (c.layer === n && c.above === above ? [i] : []));
        if (own.length === 0) continue;
        const U = await random.uniform(key(context.seed >>> 0), layer.purity).data();
        const p = Array.from(U, (u) => u + (above ? step : -step));
        const X = await back(context, layer, key(context.seed >>> 0), lanesOf(layer, p));
        for (const i of own) {
          const { cell } = all[i]!;
          const wanted = above ? p[cell]! : p[cell]! - 1;
          if (X[cell] !== wanted) out[i] = `X = ${X[cell]}, but ${wanted} for P = ${p[cell]} and U = ${U[cell]}`;
        }
      }
    return out;
  },
  show: ({ layer, cell, above }) =>
    `position ${cell} of a layer ${layerText(layers[layer]!)}, P = U ${above ? '+' : '−'} 2⁻²⁴`,
  snippet({ layer, cell, above }, context) {
    const { shape, marginalize, purity } = layers[layer]!;
    const first = marginalize === 'batch' ? '.pad([[0, 0], [0, 1], [0, 0]])' : '';
    return program(
      'key, ones, random, signDrop, stack',
      `const own = ${keyText(context)};`,
      `const p = random.uniform(own, ${JSON.stringify(purity)}).${above ? 'add' : 'sub'}(2 ** -24);`,
      `const g = stack([p, p.sub(1)])${first};`,
      `const X = await signDrop({ key: own, marginalize: '${marginalize}' })(g, ones(${JSON.stringify(shape)})).data();`,
      `console.log(X[${cell}], (await g.data())[${above ? cell : shape.reduce((a, b) => a * b, 1) + cell}]);`,
    );
  },
});

/** Pairs of positions: neighbours 2i and 2i + 1 along an axis. */
const neighbours = (shape: readonly number[], axis: number): [number, number][] => {
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return Array.from({ length: cells }, (_, i) => i)
    .filter((i) => Math.floor(i / stride) % 2 === 0)
    .map((i) => [i, i + stride]);
};

const falseAlarm = 1e-9;

/** Returns a message if pairs of fair coins agree too often or too seldom. */
function refute(what: string, pairs: readonly (readonly [number, number])[], tests: number): string | undefined {
  const count = pairs.filter(([a, b]) => a === b).length;
  const bound = bernstein(pairs.length, 0.5, falseAlarm / tests);
  return Math.abs(count - pairs.length / 2) <= bound
    ? undefined
    : `${what} agree in ${count} of ${pairs.length} pairs, ${pairs.length / 2} ± ${bound.toFixed(1)} expected`;
}

const independent: Claim = {
  name: 'draws-independent',
  group: 'Structure of the merge',
  statement:
    'Drawn by key, masks are independent: for g = (½, −½) neighbours along every axis of a layer keep the same sign in half of the cases, and so do the masks of two keys.',
  source: 'Chen et al. 2020, Equation 2: U is uniform, and independent at each position',
  tolerance: 'Bernstein’s bound, shared over all counts: a true claim is refuted with probability at most 1e-9',
  expected: 'holds',
  devices: 'all',
  async check(context: Context): Promise<Verdict> {
    const keys = [key(context.seed >>> 0), foldIn(key(context.seed >>> 0), 1)] as const;
    const tests = layers.reduce((n, { purity }) => n + purity.length + 1, 0);
    for (const [n, layer] of layers.entries()) {
      await checkSignal(context);
      const g = lanesOf(
        layer,
        Array.from({ length: cells }, () => 0.5),
      );
      const [X, Y] = await Promise.all(keys.map((own) => back(context, layer, own, g)));
      const axes = [...layer.purity.keys()].filter((axis) => layer.purity[axis]! > 1);
      const found = [
        ...axes.map((axis) =>
          refute(
            `neighbours along axis ${axis}`,
            neighbours(layer.purity, axis).map(([i, j]) => [X![i]!, X![j]!]),
            tests,
          ),
        ),
        refute(
          'masks of two keys',
          Array.from({ length: cells }, (_, i) => [X![i]!, Y![i]!] as const),
          tests,
        ),
      ].find((text) => text !== undefined);
      if (found !== undefined)
        return {
          outcome: 'fails',
          cases: (n + 1) * cells,
          counterexample: {
            numbers: `g = (0.5, -0.5) at every position of a layer ${layerText(layer)}`,
            found,
            snippet: `${again('draws-independent', context)}\n${program(
              'full, key, signDrop, stack',
              `const half = full(${JSON.stringify(layer.shape)}, 0.5);`,
              `const rule = signDrop({ key: ${keyText(context)}, marginalize: '${layer.marginalize}' });`,
              'console.log(await rule(stack([half, half.neg()]), half).array());',
            )}`,
            shrinks: 0,
          },
        };
    }
    return { outcome: 'holds', cases: layers.length * cells };
  },
};

/** Claims about the draws of a key. */
export const keyed: readonly Claim[] = [lastBit, independent];
