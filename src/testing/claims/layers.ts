import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import { multiGrad } from '../../multiloss/multiGrad.ts';
import type { SignDropOptions } from '../../multiloss/signDrop.ts';
import { tensor } from '../../tensor/create.ts';
import { key } from '../../tensor/key.ts';
import { random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { grad } from '../../tensor/transforms/grad.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { near, sidesOf } from './closedForms.ts';
import { drawn, type Drawn } from './generators.ts';
import { updatesSnippet } from './snippets.ts';

const [lanes, width] = [6, 256];

interface Options extends Pick<Claim, 'name' | 'statement'> {
  readonly tolerance: string;
  readonly source?: string;
  /** Tensors [width] that must agree at each position, for a layer of positions that share k. */
  readonly ways: (layer: Layer, context: Context) => readonly Tensor[];
  readonly error?: number;
}

interface Layer {
  /** [lanes, width]. */
  readonly g: Tensor;
  /** [width]. */
  readonly U: Tensor;
  readonly k: number;
}

/** A claim that several computations give the same at every position. */
const equality = ({ ways, error = 0, source, ...rest }: Options): Claim =>
  caseClaim<Drawn>({
    ...rest,
    group: 'Structure of the merge',
    source: source ?? 'docs/propositions.md',
    expected: 'holds',
    devices: 'all',
    share: 0.5,
    cases: (context) => drawn(context, fc.constantFrom(1, 0.5, 0)),
    async judge(cases, context) {
      const out: (string | undefined)[] = cases.map(() => undefined);
      for (const k of new Set(cases.map((c) => c.k))) {
        const alike = cases.flatMap((c, i) => (c.k === k ? [i] : []));
        for (let at = 0; at < alike.length; at += width) {
          const part = alike.slice(at, at + width);
          const row = (of: (c: Drawn) => number, other: number): number[] =>
            Array.from({ length: width }, (_, j) => (part[j] === undefined ? other : of(cases[part[j]]!)));
          const layer: Layer = {
            g: tensor(Array.from({ length: lanes }, (_, l) => row((c) => c.g[l] ?? 0, 0))),
            U: tensor(row((c) => c.U, 0.5)),
            k,
          };
          const [first, ...others] = await Promise.all(ways(layer, context).map((t) => t.data()));
          part.forEach((i, j) => {
            const a = first![j]!;
            const b = others.map((x) => x[j]!).find((x) => !near(a, x, sidesOf(cases[i]!.g).S, error));
            if (b !== undefined) out[i] = `${a} one way, ${b} the other`;
          });
        }
      }
      return out;
    },
    snippet: (c) => updatesSnippet(c),
  });

const plain = { marginalize: 'none', inputSign: false } as const;
const exact = 'none: both ways sum the same quarters';

/** What the node sends back to h for lanes that receive g. */
const back = ({ subject }: Context, h: Tensor, g: Tensor, options: SignDropOptions): Tensor =>
  vjp((x: Tensor) => fanOut(x, lanes, subject(options)), h)[1](g)[0];

/** Algorithm 1 written out with the library's operations. */
function composed({ g, U, k }: Layer): Tensor {
  const S = g.abs().sum({ axis: 0 });
  const P = g.sum({ axis: 0 }).div(S.equal(0).where(1, S)).add(1).mul(0.5);
  const f = P.sub(0.5).mul(k).add(0.5);
  const positive = f.greater(U).unsqueeze(0);
  return positive.where(g.greater(0), g.less(0)).mul(g).sum({ axis: 0 });
}

/** Two ways to compute one thing. */
export const layers: readonly Claim[] = [
  equality({
    name: 'native-is-composed',
    statement: 'The native kernel gives what Algorithm 1 gives, written out in ordinary operations (away from ties).',
    source: 'Algorithm 1, lines 10–15',
    tolerance: exact,
    ways: (layer, context) => [
      back(context, layer.U.mul(0).add(1), layer.g, { ...plain, k: layer.k, draw: layer.U }),
      composed(layer),
    ],
  }),
  equality({
    name: 'lanes-are-multigrad',
    statement: 'Merging at a fanOut gives what merging the Jacobian of multiGrad gives.',
    tolerance: '1e-6 of S: the losses’ derivatives are products that float32 rounds',
    error: 1e-6,
    ways: ({ g, U, k }, { subject }) => {
      // L_i(w) = Σ_b g_ib w_b²/2 at w = 1, whose gradient is g_i.
      const w = tensor(Array.from({ length: width }, () => 1));
      const rule = subject({ ...plain, k, draw: U });
      const loss = (x: Tensor, i: number): Tensor => x.square().mul(g.at(i)).sum().mul(0.5);
      const each = Array.from({ length: lanes }, (_, i) => i);
      const byLane = grad((x: Tensor) => {
        const lane = fanOut(x, lanes, rule);
        return each.map((i) => loss(lane.at(i), i)).reduce((a, b) => a.add(b));
      })(w);
      return [byLane, multiGrad((x: Tensor) => each.map((i) => loss(x, i)), rule)(w).grads];
    },
  }),
  equality({
    name: 'same-key-same-masks',
    statement: 'The same key gives the same masks again, and they are those of the draws random.uniform(key).',
    tolerance: exact,
    ways: ({ g, k }, context) => {
      const own = key(context.seed >>> 0);
      const h = tensor(Array.from({ length: width }, () => 1));
      return [
        back(context, h, g, { ...plain, k, key: own }),
        back(context, h, g, { ...plain, k, key: key(context.seed >>> 0) }),
        back(context, h, g, { ...plain, k, draw: random.uniform(own, [width]) }),
      ];
    },
  }),
  equality({
    name: 'forward-identity',
    statement: 'Forward, the node is the identity in each lane.',
    source: 'Algorithm 1, line 1',
    tolerance: exact,
    ways: ({ g, U, k }, { subject }) => {
      const h = g.at(0);
      return [h, ...fanOut(h, lanes, subject({ ...plain, k, draw: U }))];
    },
  }),
];
