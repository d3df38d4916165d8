import { paired } from '../report/paired.ts';
import { holm } from '../report/statistics.ts';
import { level } from './comparisons.ts';

/** A method's scores, with the error of a constant answer. */
interface Scored {
  readonly method: string;
  readonly scores: readonly { readonly error: number; readonly chance: number }[];
}

/**
 * Returns a sentence with the error of a constant answer and, if methods are `compared`, those that
 * are not shown to err less, by t-tests with Holm's correction. `answer` describes the answer,
 * `format` an error.
 */
export function besideChance(
  methods: readonly Scored[],
  compared: readonly string[],
  answer: string,
  format: (x: number) => string,
): string {
  const wrong = `${answer} is wrong in ${format(methods[0]!.scores[0]!.chance)}`;
  const own = methods.filter((m) => compared.includes(m.method));
  if (own.length === 0) return `${wrong}.`;
  const tests = own.map((m) =>
    paired(
      m.scores.map((s) => s.error),
      m.scores.map((s) => s.chance),
    ),
  );
  const ps = holm(tests.map((t) => t.p));
  const rest = own.filter((_, i) => ps[i]! >= level || tests[i]!.difference >= 0).map((m) => m.method);
  return `${wrong}: ${rest.length === 0 ? 'every method that is compared errs less' : `not shown to err less: ${rest.join(', ')}`}.`;
}
