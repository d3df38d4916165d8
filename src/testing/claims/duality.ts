import type { Tensor } from '../../tensor/tensor.ts';
import { tensor } from '../../tensor/create.ts';
import { jvp } from '../../tensor/transforms/jvp.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { sumOf } from './closedForms.ts';
import {
  columns,
  common,
  drawUse,
  everyOne,
  inputsOf,
  dualSnippet,
  pointsOf,
  showPoint,
  withHeld,
  type Drawn,
  type F,
  type Point,
} from './derivativeCases.ts';
import { rerunSnippet } from './snippets.ts';
import { operations } from './structuralCases.ts';
import { names } from './tableCases.ts';

const noise = (shape: readonly number[], seed: number): Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length: n }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed)),
    { shape },
  );
};

const product = (a: ArrayLike<number>, b: ArrayLike<number>): number[] => Array.from(a, (x, i) => x * b[i]!);

/**
 * Checks ⟨g, J t⟩ = ⟨Jᵀ g, t⟩ and J (t + 2 s) = J t + 2 J s, with errors relative to the sizes of
 * the terms. Returns a message if either fails.
 */
async function dual(f: F, xs: readonly Tensor[], tolerance: number): Promise<string | undefined> {
  const [t, s] = [xs.map((x, i) => noise(x.shape, i)), xs.map((x, i) => noise(x.shape, i + 10))];
  const [y, pullback] = vjp(f, ...xs);
  const g = noise(y.shape, 20);
  const back = pullback(g);
  const along = (d: readonly Tensor[]): Tensor => jvp(f, [...xs], [...d])[1];
  const both = along(t.map((a, i) => a.add(s[i]!.mul(2))));
  const read = await Promise.all([g, along(t), along(s), both, ...back, ...t].map((x) => x.data()));
  const [gs, Jt, Js, Jb] = [read[0]!, read[1]!, read[2]!, read[3]!];
  const forward = product(gs, Jt);
  const reverse = xs.flatMap((_, i) => product(read[4 + i]!, read[4 + xs.length + i]!));
  const size = Math.max(1, sumOf([...forward, ...reverse].map(Math.abs)));
  const [a, b] = [sumOf(forward), sumOf(reverse)];
  if (!(Math.abs(a - b) <= tolerance * size)) return `⟨g, J t⟩ = ${a}, ⟨Jᵀ g, t⟩ = ${b}`;
  for (let i = 0; i < Jt.length; i++) {
    const sum = Jt[i]! + 2 * Js[i]!;
    if (!(Math.abs(Jb[i]! - sum) <= tolerance * Math.max(1, Math.abs(Jt[i]!) + 2 * Math.abs(Js[i]!))))
      return `J (t + 2 s) = ${Jb[i]}, J t + 2 J s = ${sum}`;
  }
  return undefined;
}

const toleranceOn = ({ device }: Context): number => (device === 'reference' ? 1e-11 : 1e-4);

const linear: Omit<Claim, 'check' | 'name' | 'statement'> = {
  ...common,
  tolerance:
    '1e-11 of the terms in float64, 1e-4 in float32: sums of some dozen products, each rounded, of slopes up to about 100',
  devices: 'all',
};

/** The number of points at which one kernel evaluates an entry. */
const width = 16;

export const tableDuality = everyOne(
  {
    ...linear,
    name: 'table-duality',
    statement:
      'Every entry of the elementwise table: ⟨g, J t⟩ = ⟨Jᵀ g, t⟩ and J (t + 2 s) = J t + 2 J s, on the device.',
  },
  names.map((entry) =>
    caseClaim<Point>({
      ...linear,
      name: 'table-duality',
      statement: '',
      share: 0.002,
      cases: () => pointsOf(entry, width),
      judge: async (cases, context) => {
        const out: (string | undefined)[] = [];
        for (const c of cases) out.push(await dual(...withHeld(entry, columns(c)), toleranceOn(context)));
        return out;
      },
      show: showPoint,
      snippet: dualSnippet,
    }),
  ),
);

export const structuralDuality = everyOne(
  {
    ...linear,
    name: 'structural-duality',
    statement: 'Every other operation: ⟨g, J t⟩ = ⟨Jᵀ g, t⟩ and J (t + 2 s) = J t + 2 J s, on the device.',
  },
  operations.map(([, uses]) =>
    caseClaim<Drawn>({
      ...linear,
      name: 'structural-duality',
      statement: '',
      // Where kernels have to be compiled, one shape of each operation is enough, since each is a
      // kernel.
      share: 0.001,
      cases: () => drawUse(uses),
      judge: async (cases, context) => {
        const out: (string | undefined)[] = [];
        for (const c of cases) out.push(await dual(c.use.f, inputsOf(c), toleranceOn(context)));
        return out;
      },
      show: ({ use }) => use.text,
      snippet: (_, context) => rerunSnippet('structural-duality', context),
    }),
  ),
);
