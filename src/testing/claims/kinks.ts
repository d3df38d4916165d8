import fc from 'fast-check';
import { tensor } from '../../tensor/create.ts';
import { vjp } from '../../tensor/transforms/vjp.ts';
import { caseClaim } from '../caseClaim.ts';
import type { Claim } from '../claim.ts';
import { common, everyOne, withHeld } from './derivativeCases.ts';
import { program } from './snippets.ts';
import { conventions, differentiable } from './tableCases.ts';

const convention: Omit<Claim, 'check'> = {
  name: 'table-kinks',
  ...common,
  statement:
    'At kinks the derivative is the convention: abs′(0) = relu′(0) = 0, ties of maximum split ½ ½, clip passes at its bounds, comparisons and roundings have none.',
  source: 'PyTorch’s conventions; docs/numerics.md',
  tolerance: '1e-6: halves and whole numbers',
  devices: 'all',
};

export const kinks = everyOne(
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
