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
import { nativeIsComposed } from './composed.ts';
import { drawn, type Drawn } from './generators.ts';
import { updatesSnippet } from './snippets.ts';

const [lanes, width] = [6, 256];

interface Options extends Pick<Claim, 'name' | 'statement'> {
  readonly tolerance: string;
  readonly source?: string;
  /** Several computations of the same tensor [width], for a layer of positions that share k. */
  readonly ways: (layer: Layer, context: Context) => readonly Tensor[];
  readonly error?: number;
}

interface Layer {
  /** The gradients, [lanes, width]. */
  readonly g: Tensor;
  /** The draws, [width]. */
  readonly U: Tensor;
  readonly k: number;
}

/** Makes a claim that several computations agree at every position. */
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

/** The gradient that the node sends back to h if its lanes receive g. */
const back = ({ subject }: Context, h: Tensor, g: Tensor, options: SignDropOptions): Tensor =>
  vjp((x: Tensor) => fanOut(x, lanes, subject(options)), h)[1](g)[0];

/** Claims that two computations agree. */
export const layers: readonly Claim[] = [
  nativeIsComposed,
  equality({
    name: 'lanes-are-multigrad',
    statement:
      'Merging at a fanOut gives what multiGrad gives, by the losses’ Jacobian and by trunk and heads; where signs of an activation are read too.',
    tolerance: '1e-6 of S: the losses’ derivatives are products that float32 rounds',
    error: 1e-6,
    ways: ({ g, U, k }, { subject }) => {
      // L_i(w) = Σ_b g_ib w_b²/2 has the gradient g_i at w = 1.
      const w = tensor(Array.from({ length: width }, () => 1));
      const each = Array.from({ length: lanes }, (_, i) => i);
      const losses = (x: Tensor): Tensor[] => each.map((i) => x.square().mul(g.at(i)).sum().mul(0.5));
      const summed = (lane: Tensor): Tensor => each.map((i) => losses(lane.at(i))[i]!).reduce((a, b) => a.add(b));
      const rule = subject({ ...plain, k, draw: U });
      // In a layer of alternating signs, sgn(h)·g_i h equals g_i, and so does what goes back
      // through the trunk.
      const signs = tensor(Array.from({ length: width }, (_, b) => (b % 2 === 0 ? 1 : -1)));
      const trunk = (x: Tensor): Tensor => x.mul(signs);
      const reading = subject({ marginalize: 'none', k, draw: U });
      return [
        grad((x: Tensor) => summed(fanOut(x, lanes, rule)))(w),
        multiGrad(losses, rule)(w).grads,
        grad((x: Tensor) => summed(fanOut(trunk(x), lanes, reading)))(w),
        multiGrad({ trunk, heads: losses }, reading)(w).grads,
      ];
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
