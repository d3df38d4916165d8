import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { again, checkSignal, type Claim, type Context, type Verdict } from '../claim.ts';
import { keepChance, sidesOf } from './closedForms.ts';
import { nonzero } from './generators.ts';
import { program } from './snippets.ts';

/** The number of draws that a key can give: draw j is (2j + 1) 2⁻²⁴. */
const all = 2 ** 23;
const drawAt = (j: number): number => (2 * j + 1) * 2 ** -24;

/** Draws from, from + step, …; all pieces of a count have the same size, and so the same kernel. */
interface Piece {
  readonly from: number;
  readonly step: number;
}

/** The number of draws in a slice of the range, and the slice that begins near a draw. */
const few = 2 ** 12;
const sliceAt = (j: number): Piece => ({ from: Math.min(Math.max(j, 0), all - few), step: 1 });
const nextTo = (f: number): Piece => sliceAt(Math.round(f * all) - few / 2);

/** The whole range in pieces, or draws far apart and all draws next to f. */
const wholly = { size: 2 ** 18, pieces: () => Array.from({ length: 32 }, (_, i) => ({ from: i * 2 ** 18, step: 1 })) };
const partly = { size: few, pieces: (f: number): Piece[] => [{ from: 0, step: all / few }, nextTo(f)] };

const lanes = 3;
const slopes = [1, 0.5, 0];

/** The updates of a position for all draws of a piece. */
async function updatesOf(
  { subject }: Context,
  g: readonly number[],
  k: number,
  { from, step }: Piece,
  size: number,
): Promise<ArrayLike<number>> {
  const draw = tensor(Float32Array.from({ length: size }, (_, i) => drawAt(from + i * step)));
  const rule = subject({ draw, k, marginalize: 'none' });
  const lane = tensor(g.map((x) => [x])).broadcastTo([lanes, size]);
  return vjp((x: Tensor) => fanOut(x, lanes, rule), tensor(1).broadcastTo([size]))[1](lane)[0].data();
}

/** A program that counts the draws of a slice. */
const snippet = (g: readonly number[], k: number, { from }: Piece): string =>
  program(
    'signDrop, tensor',
    `const U = Float32Array.from({ length: ${few} }, (_, i) => (2 * (${from} + i) + 1) * 2 ** -24);`,
    `const g = tensor([${g.map((x) => `[${x}]`).join(', ')}]).broadcastTo([${g.length}, ${few}]);`,
    `const X = await signDrop({ draw: tensor(U), k: ${k}, marginalize: 'none' })(g).data();`,
    `console.log(X.filter((x) => x > 0).length, U.filter((u) => u < ${keepChance(g, k)}).length);`,
  );

/** Returns what contradicts the claim for one position, and a slice that shows it. */
async function contradiction(
  context: Context,
  g: readonly number[],
  k: number,
): Promise<{ readonly found: string; readonly where: Piece } | undefined> {
  const f = keepChance(g, k);
  const { p, q } = sidesOf(g);
  const { size, pieces } = context.all === true ? wholly : partly;
  let [count, below] = [0, 0];
  for (const piece of pieces(f)) {
    await checkSignal(context);
    const X = await updatesOf(context, g, k, piece, size);
    for (let i = 0; i < size; i++) {
      const j = piece.from + i * piece.step;
      const U = drawAt(j);
      const kept = X[i] === p;
      const wrong = kept !== U < f && Math.abs(U - f) > 2 ** -20;
      if (wrong || (!kept && X[i] !== 0 - q))
        return { found: `X = ${X[i]} at U = ${U}, f = ${f}, p = ${p}, q = ${q}`, where: sliceAt(j) };
      if (kept) count++;
      if (U < f) below++;
    }
  }
  const expected = context.all === true ? f * all : below;
  if (Math.abs(count - expected) <= 1) return undefined;
  return { found: `X = p for ${count} draws, but f = ${f} means ${expected}`, where: nextTo(f) };
}

/** The node's decision for the draws that a key can give, counted. */
export const counted: Claim = {
  name: 'draws-counted',
  group: 'Proposition 3',
  statement:
    'Of the 2²³ draws that a key can give, (2j + 1) 2⁻²⁴, those with X = p are f(P) · 2²³ in number, within one, and all others give X = −q.',
  source: 'Chen et al. 2020, Equations 1 and 2',
  tolerance: 'one draw: float32 rounds f to 2⁻²⁴, half of the distance between two draws',
  expected: 'holds',
  devices: 'all',
  async check(context: Context): Promise<Verdict> {
    const { size, pieces } = context.all === true ? wholly : partly;
    const own = fc.sample(fc.array(nonzero, { minLength: lanes, maxLength: lanes }), {
      numRuns: slopes.length,
      seed: context.seed,
    });
    for (const [i, k] of slopes.entries()) {
      // Both signs are there, so that p and −q differ and f is not 0 or 1.
      const [first, ...others] = own[i]!;
      const g = [first!, ...others.slice(1), -first!];
      const found = await contradiction(context, g, k);
      if (found)
        return {
          outcome: 'fails',
          cases: i + 1,
          counterexample: {
            numbers: `g = (${g.join(', ')}), k = ${k}`,
            found: found.found,
            snippet: `${again('draws-counted', context)}\n${snippet(g, k, found.where)}`,
            shrinks: 0,
          },
        };
    }
    return { outcome: 'holds', cases: slopes.length * size * pieces(0.5).length };
  },
};
