import fc from 'fast-check';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Claim, Context, Verdict } from '../claim.ts';
import { program } from './snippets.ts';
import { spread, type Use } from './uses.ts';
import { call, differentiable, pointOf, type names } from './tableCases.ts';

export type ElementwiseName = (typeof names)[number];
export type F = (...xs: Tensor[]) => Tensor;

/** A case of a claim that consists of several parts: the index of the part, and its case. */
interface Part {
  readonly part: number;
  readonly c: unknown;
}

/**
 * Combines several claims into one. The first part that is refuted decides; otherwise the numbers
 * of cases add up.
 */
export const everyOne = (claim: Omit<Claim, 'check'>, parts: readonly Required<Claim>[]): Required<Claim> => ({
  ...claim,
  cases: (context) => fc.oneof(...parts.map(({ cases }, part) => cases(context).map((c): Part => ({ part, c })))),
  contradiction: ({ part, c }: Part, context) => parts[part]!.contradiction(c, context),
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

/** Judges each case by itself. The message of a thrown error is the contradiction. */
export const thrown =
  <C>(check: (c: C) => Promise<void>) =>
  async (cases: readonly C[]): Promise<(string | undefined)[]> => {
    const out: (string | undefined)[] = [];
    for (const c of cases) out.push(await check(c).then(() => undefined, message));
    return out;
  };

/** The fields that all claims about derivatives share. */
export const common = { group: 'Derivatives', source: 'docs/testing.md', expected: 'holds' } as const;

const numbers = (xs: readonly number[]): string => `[${xs.join(', ')}]`;

/** An entry of the elementwise table, and points to evaluate it at. */
export interface Point {
  readonly entry: ElementwiseName;
  readonly points: readonly (readonly number[])[];
}

export const columns = ({ entry, points }: Point): Tensor[] =>
  points[0]!.map((_, i) => tensor(points.map((p) => p[i]!)));

/**
 * An entry as a function of the inputs that it is differentiable in; the other inputs are held
 * constant.
 */
export function withHeld(entry: ElementwiseName, inputs: readonly Tensor[]): [F, Tensor[]] {
  const by = differentiable(entry);
  const held = inputs.slice(0, inputs.length - by.length);
  return [(...xs) => call(entry, ...held, ...xs), by.map((i) => inputs[i]!)];
}

const inputsText = (points: Point['points']): string =>
  `const inputs = [${points[0]!.map((_, i) => `tensor(${numbers(points.map((p) => p[i]!))})`).join(', ')}];`;

/** A program that compares derivatives with differences. */
export const pointSnippet = ({ entry, points }: Point): string =>
  program(
    'checkGrads, tensor',
    inputsText(points),
    `await checkGrads((...xs) => xs[0].${entry}(...xs.slice(1)), inputs, { order: 3 });`,
  );

/** A program that prints ⟨g, J t⟩ and ⟨Jᵀ g, t⟩. */
export const dualSnippet = ({ entry, points }: Point): string =>
  program(
    'jvp, tensor, vjp',
    inputsText(points),
    `const f = (...xs) => xs[0].${entry}(...xs.slice(1));`,
    'const noise = (n, seed) => tensor(Array.from({ length: n }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed)));',
    'const t = inputs.map((x, i) => noise(x.size, i));',
    'const [y, pullback] = vjp(f, ...inputs);',
    'const g = noise(y.size, 20);',
    'console.log(await jvp(f, inputs, t)[1].mul(g).sum().item()); // ⟨g, J t⟩',
    'const products = pullback(g).map((b, i) => b.mul(t[i]).sum());',
    'console.log(await products.reduce((a, b) => a.add(b)).item()); // ⟨Jᵀ g, t⟩',
  );

export const pointsOf = (entry: ElementwiseName, count: number): fc.Arbitrary<Point> =>
  fc.array(pointOf(entry), { minLength: count, maxLength: count }).map((points): Point => ({ entry, points }));

export const showPoint = ({ entry, points }: Point): string =>
  `${entry} at ${points.map((p) => `(${p.join(', ')})`).join(', ')}`;

/** One use of an operation with its inputs. */
export interface Drawn {
  readonly use: Use;
  readonly offset: number;
}

export const drawUse = (uses: fc.Arbitrary<Use>): fc.Arbitrary<Drawn> =>
  fc.record({ use: uses, offset: fc.nat({ max: 40 }) });
export const inputsOf = ({ use, offset }: Drawn): Tensor[] =>
  use.shapes.map((shape, i) => spread(shape, offset + 17 * i));
