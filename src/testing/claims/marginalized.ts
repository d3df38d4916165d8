import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { vmap } from '../../tensor/transforms/vmap.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim, Context } from '../claim.ts';
import { keepChance, sidesOf, sumOf } from './closedForms.ts';
import { draw, gradient } from './generators.ts';
import { program } from './snippets.ts';

/** The layer of a case: its shape, its positions and its lanes. */
const shape = [2, 2, 2];
const [positions, lanes] = [8, 2];
/** The numbers of cases of a kernel call: few while a case is shrunk. */
const [few, batch] = [2, 64];
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

interface Case {
  readonly axes: readonly number[];
  /** The activation at each position, the gradients [lane][position] and a draw for each cell. */
  readonly A: readonly number[];
  readonly g: readonly (readonly number[])[];
  readonly U: readonly number[];
}

/** Lists of axes of a layer of rank 3: in any order, and counted from the end. */
const lists = [[1], [0, 2], [0], [2], [2, 1], [-1], [0, -2], [], [1, 0, 2]];

const isSummed = (axes: readonly number[], axis: number): boolean => axes.includes(axis) || axes.includes(axis - 3);
const cellShape = (axes: readonly number[]): number[] => shape.map((d, axis) => (isSummed(axes, axis) ? 1 : d));

/** A position's cell of the purity: its indices along the axes that are not summed over. */
const cellOf = (axes: readonly number[], position: number): number =>
  [position >> 2, (position >> 1) & 1, position & 1].reduce(
    (cell, i, a) => (isSummed(axes, a) ? cell : 2 * cell + i),
    0,
  );

/** The G_i of each lane in a cell. */
const signsIn = ({ axes, A, g }: Case, cell: number): number[] =>
  g.map((lane) => sumOf(lane.map((x, j) => (cellOf(axes, j) === cell ? Math.sign(A[j]!) * x : 0))));

/** The update of each position by the definition. */
const defined = (c: Case): number[] =>
  range(positions).map((j) => {
    const cell = cellOf(c.axes, j);
    const G = signsIn(c, cell);
    const side = sidesOf(G).P > c.U[cell]! ? 1 : -1;
    return sumOf(c.g.map((lane, l) => (G[l]! * side > 0 ? lane[j]! : 0)));
  });

const decided = (c: Case): boolean =>
  range(positions).every((j) => {
    const cell = cellOf(c.axes, j);
    return Math.abs(keepChance(signsIn(c, cell), 1) - c.U[cell]!) > 1e-4;
  });

const times = <T>(each: fc.Arbitrary<T>, n: number): fc.Arbitrary<T[]> =>
  fc.array(each, { minLength: n, maxLength: n });

/** On a device each list is a kernel, so the seed chooses two beside the first. */
const cases = ({ device, seed }: Context): fc.Arbitrary<Case> =>
  fc
    .record({
      axes: fc.constantFrom(
        ...(device === 'reference'
          ? lists
          : [...lists.slice(0, 2), ...fc.sample(fc.constantFrom(...lists.slice(2)), { numRuns: 2, seed })]),
      ),
      A: times(fc.constantFrom(1, -1, 0.5), positions),
      g: times(times(gradient, positions), lanes),
      U: times(draw, positions),
    })
    .filter(decided);

async function updates(
  { subject }: Context,
  axes: readonly number[],
  own: readonly Case[],
): Promise<ArrayLike<number>> {
  const size = own.length <= few ? few : batch;
  const padded = range(size).map((i) => own[i] ?? own[0]!);
  const cells = cellShape(axes).reduce((a, b) => a * b, 1);
  const A = tensor(padded.map((c) => c.A)).reshape([size, ...shape]);
  const g = tensor(padded.map((c) => c.g)).reshape([size, lanes, ...shape]);
  const U = tensor(padded.map((c) => c.U.slice(0, cells))).reshape([size, ...cellShape(axes)]);
  const merge = (h: Tensor, lane: Tensor, draws: Tensor): Tensor => {
    const rule = subject({ draw: draws, marginalize: axes });
    return vjp((x: Tensor) => fanOut(x, lanes, rule), h)[1](lane)[0];
  };
  return (vmap(merge)(A, g, U) as Tensor).data();
}

/** Signs are summed over the axes that are listed, and over no others. */
export const marginalized: Claim = caseClaim<Case>({
  name: 'marginalize-lists',
  group: 'Structure of the merge',
  statement:
    'With a list of axes, in any order and counted from either end, G_i = Σ sgn(A)∘g_i over these axes of A and no others; P, U and M_i have size 1 along them.',
  source: 'Chen et al. 2020, Section 3.2, for a batch; docs/several-losses.md',
  expected: 'holds',
  tolerance: 'none: quarters below 2^24 are summed without rounding',
  devices: 'all',
  share: 0.3,
  cases,
  async judge(all, context) {
    const out: (string | undefined)[] = all.map(() => undefined);
    for (const axes of new Set(all.map((c) => c.axes.join()))) {
      const alike = range(all.length).filter((i) => all[i]!.axes.join() === axes);
      for (let at = 0; at < alike.length; at += batch) {
        const part = alike.slice(at, at + batch);
        const own = part.map((i) => all[i]!);
        const data = await updates(context, own[0]!.axes, own);
        part.forEach((i, n) => {
          const X = range(positions).map((j) => data[n * positions + j]!);
          const wanted = defined(all[i]!);
          if (X.some((x, j) => x !== wanted[j])) out[i] = `X = (${X.join(', ')}), not (${wanted.join(', ')})`;
        });
      }
    }
    return out;
  },
  show: ({ axes, A, g, U }) =>
    `marginalize = [${axes.join(', ')}], A = (${A.join(', ')}) of shape [${shape.join(', ')}], g = ${JSON.stringify(g)} (losses × positions), U = (${U.slice(
      0,
      cellShape(axes).reduce((a, b) => a * b, 1),
    ).join(', ')})`,
  snippet: ({ axes, A, g, U }) =>
    program(
      'signDrop, tensor',
      `const h = tensor(${JSON.stringify(A)}).reshape(${JSON.stringify(shape)});`,
      `const g = tensor(${JSON.stringify(g)}).reshape(${JSON.stringify([lanes, ...shape])});`,
      `const cells = ${JSON.stringify(cellShape(axes))};`,
      `const draw = tensor(${JSON.stringify(U)}.slice(0, cells.reduce((a, b) => a * b))).reshape(cells);`,
      `console.log(await signDrop({ draw, marginalize: ${JSON.stringify(axes)} })(g, h).data());`,
    ),
});
