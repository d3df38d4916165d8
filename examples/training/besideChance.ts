import { meanSd } from '../report/paired.ts';

/** A method's scores, with the error of a constant answer. */
interface Scored {
  readonly method: string;
  readonly scores: readonly { readonly error: number; readonly chance: number }[];
}

/**
 * Returns a sentence with the error of the constant answer, and the methods that do not err less.
 * `answer` describes that answer, `format` an error.
 */
export function besideChance(methods: readonly Scored[], answer: string, format: (x: number) => string): string {
  const { chance } = methods[0]!.scores[0]!;
  const rest = methods.filter((m) => meanSd(m.scores.map((s) => s.error)).mean >= chance).map((m) => m.method);
  const verdict =
    rest.length === 0
      ? 'every method errs less'
      : `not less than that ${rest.length === methods.length ? 'errs any method' : `err ${rest.join(', ')}`}`;
  return `${answer} is wrong in ${format(chance)}: ${verdict}.`;
}
