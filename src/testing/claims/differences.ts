import { checkGrads } from '../checkGrads.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim } from '../claim.ts';
import {
  columns,
  common,
  drawUse,
  everyOne,
  inputsOf,
  pointSnippet,
  pointsOf,
  showPoint,
  thrown,
  withHeld,
  type Drawn,
  type Point,
} from './derivativeCases.ts';
import { rerunSnippet } from './snippets.ts';
import { operations } from './structuralCases.ts';
import { names } from './tableCases.ts';

/** The fields that all claims about differences share. */
export const differences: Omit<Claim, 'check' | 'name' | 'statement'> = {
  ...common,
  tolerance:
    '1e-6 of the derivative: a stencil of order h⁴ with h = 0.002 leaves about 1e-10, the rounding of its quotient 1e-12 for each order',
  devices: 'reference',
};

export const tableDifferences = everyOne(
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

export const structuralDifferences = everyOne(
  {
    ...differences,
    name: 'structural-differences',
    statement:
      'Every other operation, for shapes of rank 0 to 8, broadcast and of size 0 too: derivatives of orders 1 to 3, by vjp and by jvp, are the limits of differences.',
  },
  operations.map(([, uses]) =>
    caseClaim<Drawn>({
      ...differences,
      name: 'structural-differences',
      statement: '',
      share: 0.005,
      cases: () => drawUse(uses),
      judge: thrown(async (c) => {
        await checkGrads(c.use.f as (...args: unknown[]) => unknown, inputsOf(c), { order: 3 });
      }),
      show: ({ use }) => use.text,
      snippet: (_, context) => rerunSnippet('structural-differences', context),
    }),
  ),
);
