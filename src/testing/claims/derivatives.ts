import fc from 'fast-check';
import { fanOut } from '../../multiloss/fanOut.ts';
import { sumLanes } from '../../multiloss/rules/sumLanes.ts';
import { tensor } from '../../tensor/create.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { caseClaim } from '../caseClaim.ts';
import { checkGrads } from '../checkGrads.ts';
import type { Claim } from '../claim.ts';
import { thrown } from './derivativeCases.ts';
import { accuracy } from './accuracy.ts';
import { choicesInside, choicesSelect } from './choices.ts';
import { differences, structuralDifferences, tableDifferences } from './differences.ts';
import { structuralDuality, tableDuality } from './duality.ts';
import { gradients } from './generators.ts';
import { kinks, structuralKinks } from './kinks.ts';
import { program } from './snippets.ts';
import { structuralBoundaries } from './structuralBoundaries.ts';
import { tableBoundaries } from './tableBoundaries.ts';

/**
 * A claim about a fan-out with one lane for each gradient. Each lane is multiplied by a gradient,
 * so the lanes' cotangents are these gradients.
 */
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
        'checkGrads, fanOut, signDrop, sumLanes, tensor',
        `const rule = ${summed ? 'sumLanes()' : `signDrop({ draw: tensor([0.5]), marginalize: 'none', inputSign: false })`};`,
        `const f = (x) => fanOut(x, ${g.length}, rule).mul(tensor(${JSON.stringify(g.map((x) => [x]))})).sum();`,
        'await checkGrads(f, [tensor([0.75])], { order: 1 });',
      ),
  });

/** Every derivative is compared with differences, and the two modes with each other. */
export const derivatives: readonly Claim[] = [
  tableDifferences,
  tableDuality,
  kinks,
  structuralKinks,
  choicesSelect,
  choicesInside,
  tableBoundaries,
  structuralBoundaries,
  accuracy,
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
