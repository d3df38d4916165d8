import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import { sumLanes } from '../../multiloss/rules/sumLanes.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { jvp } from '../../tensor/transforms/jvp.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import { checkGrads } from '../checkGrads.ts';
import type { Claim, Context, Verdict } from '../claim.ts';
import { sumOf } from './closedForms.ts';
import { gradients } from './generators.ts';
import { program, rerunSnippet } from './snippets.ts';
import { operations, spread, type Use } from './structuralCases.ts';
import { call, conventions, differentiable, names, pointOf } from './tableCases.ts';

type ElementwiseName = (typeof names)[number];
type F = (...xs: Tensor[]) => Tensor;

/** One claim that is many: the first that is refuted decides, else the cases add up. */
const everyOne = (claim: Omit<Claim, 'check'>, parts: readonly Claim[]): Claim => ({
  ...claim,
  async check(context: Context): Promise<Verdict> {
    let cases = 0;
    for (const part of parts) {
      const verdict = await part.check(context);
      cases += verdict.cases;
      if (verdict.outcome === 'fails') return { ...verdict, cases };
    }
    return { outcome: 'holds', cases };
  },
});

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Each case by itself, with what was thrown as the contradiction. */
const thrown =
  <C>(check: (c: C) => Promise<void>) =>
  async (cases: readonly C[]): Promise<(string | undefined)[]> => {
    const out: (string | undefined)[] = [];
    for (const c of cases) out.push(await check(c).then(() => undefined, message));
    return out;
  };

const group = 'Derivatives';
const here = 'docs/testing.md';
const numbers = (xs: readonly number[]): string => `[${xs.join(', ')}]`;

interface Point {
  readonly entry: ElementwiseName;
  readonly points: readonly (readonly number[])[];
}

const columns = ({ entry, points }: Point): Tensor[] => points[0]!.map((_, i) => tensor(points.map((p) => p[i]!)));

/** An entry as a function of the inputs that it has a slope by, the others held. */
function withHeld(entry: ElementwiseName, inputs: readonly Tensor[]): [F, Tensor[]] {
  const by = differentiable(entry);
  const held = inputs.slice(0, inputs.length - by.length);
  return [(...xs) => call(entry, ...held, ...xs), by.map((i) => inputs[i]!)];
}

const pointSnippet = ({ entry, points }: Point): string =>
  program(
    'checkGrads, setDevice, tensor',
    `await setDevice('reference');`,
    `const inputs = [${points[0]!.map((_, i) => `tensor(${numbers(points.map((p) => p[i]!))})`).join(', ')}];`,
    `await checkGrads((...xs) => xs[0].${entry}(...xs.slice(1)), inputs, { order: 3 });`,
  );

const pointsOf = (entry: ElementwiseName, count: number): fc.Arbitrary<Point> =>
  fc.array(pointOf(entry), { minLength: count, maxLength: count }).map((points): Point => ({ entry, points }));

const showPoint = ({ entry, points }: Point): string =>
  `${entry} at ${points.map((p) => `(${p.join(', ')})`).join(', ')}`;

const differences: Omit<Claim, 'check' | 'name' | 'statement'> = {
  group,
  source: here,
  tolerance:
    '1e-6 of the derivative: a stencil of order h⁴ with h = 0.002 leaves about 1e-10, the rounding of its quotient 1e-12 for each order',
  expected: 'holds',
  devices: 'reference',
};

const tableDifferences = everyOne(
  {
    ...differences,
    name: 'table-differences',
    statement:
      'Every entry of the elementwise table: derivatives of orders 1 to 3, by vjp and by jvp, are the limits of differences where it is smooth.',
  },
  names.map((entry) =>
    caseClaim<Point>({
      ...differences,
      name: 'table-differences',
      statement: '',
      share: 0.005,
      cases: () => pointsOf(entry, 4),
      judge: thrown(async (c) => {
        const [f, xs] = withHeld(entry, columns(c));
        await checkGrads(f as (...args: unknown[]) => unknown, xs, { order: 3 });
      }),
      show: showPoint,
      snippet: pointSnippet,
    }),
  ),
);

interface Drawn {
  readonly use: Use;
  readonly offset: number;
}

const drawUse = (uses: fc.Arbitrary<Use>): fc.Arbitrary<Drawn> => fc.record({ use: uses, offset: fc.nat({ max: 40 }) });
const inputsOf = ({ use, offset }: Drawn): Tensor[] => use.shapes.map((shape, i) => spread(shape, offset + 17 * i));
const structuralDifferences = everyOne(
  {
    ...differences,
    name: 'structural-differences',
    statement:
      'Every other operation, for shapes of rank 0 to 6, broadcast and of size 0 too: derivatives of orders 1 and 2, by vjp and by jvp, are the limits of differences.',
  },
  operations.map(([, uses]) =>
    caseClaim<Drawn>({
      ...differences,
      name: 'structural-differences',
      statement: '',
      share: 0.005,
      cases: () => drawUse(uses),
      judge: thrown(async (c) => {
        await checkGrads(c.use.f as (...args: unknown[]) => unknown, inputsOf(c), { order: 2 });
      }),
      show: ({ use }) => use.text,
      snippet: (_, context) => rerunSnippet('structural-differences', context),
    }),
  ),
);

const noise = (shape: readonly number[], seed: number): Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length: n }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed)),
    { shape },
  );
};

const product = (a: ArrayLike<number>, b: ArrayLike<number>): number[] => Array.from(a, (x, i) => x * b[i]!);

/** ⟨g, J t⟩ against ⟨Jᵀ g, t⟩, and J (t + 2 s) against J t + 2 J s: what contradicts either, relative to the terms' sizes. */
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
  group,
  source: here,
  tolerance:
    '1e-11 of the terms in float64, 1e-4 in float32: sums of some dozen products, each rounded, of slopes up to about 100',
  expected: 'holds',
  devices: 'all',
};

/** Numbers of each entry in one kernel. */
const width = 16;

const tableDuality = everyOne(
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
      snippet: pointSnippet,
    }),
  ),
);

const structuralDuality = everyOne(
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
      // One shape each, and so one kernel, where each has to be made.
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

const convention: Omit<Claim, 'check'> = {
  name: 'table-kinks',
  group,
  statement:
    'At kinks the derivative is the convention: abs′(0) = relu′(0) = 0, ties of maximum split ½ ½, clip passes at its bounds, comparisons and roundings have none.',
  source: 'PyTorch’s conventions; docs/numerics.md',
  tolerance: '1e-6: halves and whole numbers',
  expected: 'holds',
  devices: 'all',
};

const kinks = everyOne(
  convention,
  conventions.map(([entry, at, expected]) =>
    caseClaim<readonly number[]>({
      ...convention,
      share: 0.0001,
      cases: () => fc.constant(at),
      async judge() {
        const [f, xs] = withHeld(
          entry,
          at.map((x) => tensor(x)),
        );
        const slopes = await Promise.all(vjp(f, ...xs)[1](tensor(1)).map((g) => g.item()));
        const wanted = differentiable(entry).map((j) => expected[j]!);
        return slopes.every((d, j) => Math.abs(d - wanted[j]!) <= 1e-6)
          ? [undefined]
          : [`derivatives ${slopes.join(', ')}, by convention ${wanted.join(', ')}`];
      },
      show: () => `${entry}(${at.join(', ')})`,
      snippet: () =>
        program(
          'tensor, vjp',
          `const [, pullback] = vjp((...xs) => xs[0].${entry}(...xs.slice(1)), ${at.map((x) => `tensor(${x})`).join(', ')});`,
          'for (const slope of pullback(tensor(1))) console.log(await slope.item());',
        ),
    }),
  ),
);

/** A fan-out into as many lanes as there are gradients, each weighted by one: its gradients are those. */
const fanned = (name: string, statement: string, expected: Claim['expected'], summed: boolean): Claim =>
  caseClaim<{ readonly g: readonly number[] }>({
    ...differences,
    name,
    statement,
    expected,
    share: 0.02,
    cases: () => fc.record({ g: gradients }),
    judge: async (cases, { subject }) =>
      thrown(async ({ g }: { readonly g: readonly number[] }) => {
        const rule = summed ? sumLanes() : subject({ draw: tensor([0.5]), marginalize: 'none', inputSign: false });
        const weights = tensor(g.map((x) => [x]));
        const f = (x: Tensor): Tensor => fanOut(x, g.length, rule).mul(weights).sum();
        await checkGrads(f as (...args: unknown[]) => unknown, [tensor([0.75])], { order: 1 });
      })(cases),
    snippet: ({ g }) =>
      program(
        'checkGrads, fanOut, setDevice, signDrop, sumLanes, tensor',
        `await setDevice('reference');`,
        `const rule = ${summed ? 'sumLanes()' : `signDrop({ draw: tensor([0.5]), marginalize: 'none', inputSign: false })`};`,
        `const f = (x) => fanOut(x, ${g.length}, rule).mul(tensor(${JSON.stringify(g.map((x) => [x]))})).sum();`,
        'await checkGrads(f, [tensor([0.75])], { order: 1 });',
      ),
  });

/** Every derivative, against what it is the limit of, and the two modes against each other. */
export const derivatives: readonly Claim[] = [
  tableDifferences,
  tableDuality,
  kinks,
  structuralDifferences,
  structuralDuality,
  fanned('fanout-sum', 'A fanOut whose rule is the sum is the derivative of its forward computation.', 'holds', true),
  fanned(
    'fanout-sign-drop',
    'A fanOut whose rule is signDrop is the derivative of its forward computation.',
    'fails',
    false,
  ),
];
