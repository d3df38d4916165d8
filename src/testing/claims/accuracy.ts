import { again, checkSignal, type Claim, type Context, type Verdict } from '../claim.ts';
import { bounds, float32, float64, measure, type Format } from '../precise/measure.ts';
import { measured } from '../precise/measured.ts';
import { sliceOf } from './boundaries.ts';
import { rerunSnippet } from './snippets.ts';

/**
 * The float format of each device. GPUs are missing, because their specifications promise less than
 * the claim states.
 */
const formats: Partial<Record<Context['device'], Format>> = { reference: float64, cpu: float32, webasm: float32 };

/** The number of points for each function. */
const points = 60;

const orders = ['the value', 'a first derivative', 'a second derivative'];

export const accuracy: Claim = {
  group: 'Derivatives',
  name: 'accuracy',
  statement:
    'Values lie within 4 units of the last place of the exact ones (5 for gelu and normalCdf), first and second derivatives within 16, for entries of the table, activations and folds, at numbers of all magnitudes and near roots and poles.',
  source: 'high precision of 192 bits, computed here; docs/numerics.md, Accuracy',
  tolerance:
    'units of the last place of the exact result; where terms of different signs are added, of the largest of them',
  expected: 'holds',
  devices: 'ieee',
  async check(context: Context): Promise<Verdict> {
    const format = formats[context.device];
    let cases = 0;
    for (const what of sliceOf(measured, context)) {
      await checkSignal(context);
      const worst = await measure(what, format!, points);
      cases += points;
      const [value, ...slopes] = bounds;
      const bad = worst.findIndex((w, order) => !(w.error <= [what.value ?? value, ...slopes][order]!));
      if (bad >= 0)
        return {
          outcome: 'fails',
          cases,
          counterexample: {
            numbers: `${what.name} at ${worst[bad]!.where}`,
            found: `${orders[bad]} is off by ${worst[bad]!.error.toPrecision(3)} units of the last place`,
            snippet: `${again('accuracy', context)}\n${rerunSnippet('accuracy', context)}`,
            shrinks: 0,
          },
        };
    }
    return { outcome: 'holds', cases };
  },
};
