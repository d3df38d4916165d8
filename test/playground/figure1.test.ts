import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawn } from '../../examples/playground/law/drawn.ts';
import { gradDropLaw } from '../../examples/playground/law/gradDropLaw.ts';
import { plain, signed } from '../../examples/playground/law/numbers.ts';
import { programOf } from '../../examples/playground/room/figure1Program.ts';
import {
  most,
  readState,
  resized,
  start,
  writeState,
  type Figure1State,
} from '../../examples/playground/room/figure1State.ts';
import { niceAbove, percent } from '../../examples/playground/view/axis.ts';
import * as cotangent from '../../src/index.ts';

const number = fc.double({ min: -1e6, max: 1e6 }).map((x) => x + 0);
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const states: fc.Arbitrary<Figure1State> = fc
  .tuple(fc.integer({ min: 1, max: most.linkPositions }), fc.integer({ min: 1, max: most.linkLosses }))
  .chain(([positions, losses]) => {
    const row = fc.array(number, { minLength: losses, maxLength: losses });
    return fc.record({
      gradients: fc.array(row, { minLength: positions, maxLength: positions }),
      k: unit,
      leak: unit,
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      draws: fc.integer({ min: 0, max: most.draws }),
    });
  });

test('a link holds the whole picture', () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(readState(writeState(state))).toEqual(state);
    }),
  );
  expect(readState({})).toEqual(start);
});

test('whatever a link says, the state can be drawn', () => {
  const piece = fc.constantFrom(
    '7',
    '-3',
    ',',
    ';',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e999',
    '0x10',
    '',
    ' ',
    '-0',
    'e5',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 90 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(
      fc.record({ g: text, k: text, leak: text, seed: text, draws: text }, { requiredKeys: [] }),
      (params) => {
        const { gradients, k, leak, seed, draws } = readState(params);
        const losses = gradients[0]!.length;
        expect(gradients.length >= 1 && gradients.length <= most.linkPositions && losses <= most.linkLosses).toBe(true);
        expect(gradients.every((row) => row.length === losses && row.every((g) => typeof g === 'number'))).toBe(true);
        expect([k, leak].every((x) => x >= 0 && x <= 1)).toBe(true);
        expect(Number.isInteger(draws) && draws >= 0 && draws <= most.draws && Number.isInteger(seed)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a link may hold gradients that are not finite, so that it shows what they do', () => {
  expect(readState({ g: 'NaN,-Infinity' }).gradients).toEqual([[NaN, -Infinity]]);
});

test('with more or fewer losses and positions, the gradients that stay keep their values', () => {
  fc.assert(
    fc.property(
      states,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 2, max: 4 }),
      ({ gradients }, rows, columns) => {
        const next = resized(gradients, rows, columns);
        expect(next.length).toBe(rows);
        next.forEach((row, p) => {
          expect(row.length).toBe(columns);
          row.forEach((g, i) => expect(g).toBe(gradients[p]?.[i] ?? g));
        });
      },
    ),
  );
});

test('the draws of a seed are counted by the side that they keep, and the last five are listed', () => {
  fc.assert(
    fc.property(fc.integer({ min: -9, max: 9 }), fc.nat({ max: 60 }), fc.nat(), (g, draws, seed) => {
      const law = gradDropLaw([[7], [g]]);
      const all = Array.from({ length: draws }, (_, j) => drawn(law, seed, j + 1, 0));
      const faces = all.map(({ last }) => (last! < law.keep ? 'positive' : 'negative'));
      const now = drawn(law, seed, draws, 0);
      expect(now.sides).toEqual(faces.slice(-5));
      expect(now.positive).toBe(faces.filter((face) => face === 'positive').length);
      expect(now.outcome?.side).toBe(faces.at(-1));
    }),
  );
});

/** Runs a program of the playground and returns what it prints. */
async function printed(program: string): Promise<unknown[][]> {
  const lines: unknown[][] = [];
  const javascript = transformSync(program, { loader: 'ts' }).code.replace(
    /import \{([^}]*)\} from "cotangent";/,
    'const {$1} = cotangent;',
  );
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  await new AsyncFunction('cotangent', 'console', javascript)(cotangent, { log: (...xs: unknown[]) => lines.push(xs) });
  return lines;
}

test('the program of a picture computes what the picture shows', async () => {
  await cotangent.setDevice('reference');
  const pictures: Figure1State[] = [
    start,
    {
      ...start,
      gradients: [
        [3, 1],
        [7, -3],
      ],
      k: 0.5,
      leak: 0.25,
      seed: 5,
    },
    { ...start, gradients: resized(start.gradients, 4, 4), seed: 9 },
  ];
  for (const picture of pictures) {
    const { gradients, k, leak } = picture;
    const laws = gradients.map((row) =>
      gradDropLaw(
        row.map((g) => [g]),
        { k, leak },
      ),
    );
    const [sum, dropped, purity, ...positions] = await printed(programOf(picture));
    expect(sum![1]).toEqual(gradients.map((row) => row.reduce((a, b) => a + b, 0)));
    expect(purity![1]).toEqual(laws.map((law) => expect.closeTo(law.purity, 12) as number));
    (dropped![1] as number[]).forEach((x, p) => expect(laws[p]!.outcomes.flatMap(({ values }) => values)).toContain(x));
    positions.forEach((line, p) => {
      const { outcomes, mean, variance } = laws[p]!;
      const values = outcomes.flatMap((outcome) => outcome.values);
      expect(line[3]).toEqual(new Set(values));
      // Six standard errors of 2000 draws; a wrong law with another mean or variance is outside.
      expect(Math.abs((line[5] as number) - mean[0]!)).toBeLessThanOrEqual(6 * Math.sqrt(variance[0]! / 2000) + 1e-9);
      expect(Math.abs(Number(line[7]) - variance[0]!)).toBeLessThanOrEqual(0.25 * variance[0]! + 0.01);
    });
    expect(positions.length).toBe(gradients.length);
  }
});

test('numbers are printed with a true minus sign and no −0', () => {
  expect([7, -3, 0, -0, 0.1 + 0.2, -1e-5, 2e7, -Infinity, NaN].map(plain)).toEqual(
    ['7', '−3', '0', '0', '0.3', '−1.00e−5', '2.00e7', '−∞', 'NaN'], // prettier-ignore
  );
  expect([7, -3, 0, -0.0001].map(signed)).toEqual(['+7', '−3', '0', '−1.00e−4']);
});

test('an axis ends at a round number above what it shows, and everything lies on it', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (x) => {
      const range = niceAbove(x);
      expect(range).toBeGreaterThanOrEqual(x * (1 - 1e-9));
      expect(range).toBeLessThanOrEqual(x * 1.7);
    }),
  );
  expect([10, 10.5, 17, 0, NaN, Infinity].map(niceAbove)).toEqual([10, 15, 20, 10, 10, 10]);
  expect([-10, 0, 5, 10, NaN].map((x) => percent(x, 10))).toEqual([6, 50, 72, 94, 50]);
  for (const x of [-20, 20, 1e300, -Infinity, Infinity]) expect(Math.abs(percent(x, 10) - 50)).toBeLessThan(50);
});
