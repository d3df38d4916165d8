import { csvOf } from '../report/csv.ts';
import { details, table, type TableText } from '../report/html.ts';
import { interval } from '../report/paired.ts';
import { between, isBest, level, type Comparison, type Values } from './comparisons.ts';
import type { Searched } from './search.ts';
import { chance, differenceOf, effectOf, type Measure } from './told.ts';

/** A method's scores, one for each seed. */
export interface Scored {
  readonly method: string;
  readonly scores: readonly object[];
}

/** Returns a method's numbers in a measure, one for each seed. */
export const valuesOf = ({ scores }: Scored, key: string): number[] =>
  scores.map((s) => (s as Record<string, number>)[key]!);

/** Returns a function from a method's name to its numbers in a measure, for comparisons. */
export const valuesFor =
  (methods: readonly (Scored & { readonly others: readonly (readonly object[])[] })[], key: string) =>
  (name: string): Values => {
    const found = methods.find((m) => m.method === name)!;
    const others = found.others.map((scores) => valuesOf({ ...found, scores }, key));
    return { best: valuesOf(found, key), others };
  };

/** Returns the mean and its 95 % interval, or the mean alone where one seed has none. */
export function meanText(values: readonly number[], format: (x: number) => string): string {
  const { mean, half } = interval(values);
  return Number.isFinite(half) ? `${format(mean)} ± ${format(half)}` : format(mean);
}

/**
 * Returns the cell of a method in a measure, in a table of so many methods: the mean with its
 * interval, in bold only if tests say that the method is better than every other one.
 */
export function scoreCell(m: Scored, all: readonly Comparison[], measure: Measure, methods: number): TableText {
  const text = meanText(valuesOf(m, measure.key), measure.format);
  return isBest(all, m.method, measure, methods) ? { strong: text } : text;
}

/** Returns the text of a chosen rate; * if the best of the grid is at its end. */
export const rateText = ({ chosen, atEnd }: Searched): string =>
  `${chosen.rate}${atEnd ? '*' : ''}${chosen.decay > 0 ? `, decay ${chosen.decay}` : ''}`;

/**
 * Returns the matrix of all pairs in a measure, row minus column, in bold where the test says that
 * they differ, and the list of the pairs with intervals, effect sizes and p-values; '' if no test
 * was made.
 */
export function pairs(all: readonly Comparison[], measure: Measure): string {
  const own = all.filter((c) => c.measure === measure.key);
  if (own.length === 0) return '';
  const names = [...new Set(own.flatMap((c) => [c.against, c.method]))];
  const cell = (row: string, column: string): TableText => {
    const found = between(own, row, column, measure.key);
    if (!found) return '';
    const { difference, p } = found;
    const text = `${difference < 0 ? '−' : '+'}${measure.format(Math.abs(difference))}`;
    return p < level ? { strong: text } : text;
  };
  const rows = names.map((row) => [row, ...names.map((column) => cell(row, column))]);
  const listed = own.map((c) => [
    `${c.method} − ${c.against}`,
    differenceOf(c, measure),
    effectOf(c),
    chance(c.p).replace('p = ', '').replace('p ', ''),
  ]);
  return [
    `<h3>Every pair in ${measure.name}: row minus column</h3>`,
    table(['', ...names], rows),
    `<p>Bold: paired t-tests, corrected after Holm for the ${own.length} pairs, find a difference at ${100 * level} %, from the other method’s next best trials too.</p>`,
    details(
      'Intervals, effect sizes and p-values',
      table(['pair', 'difference, 95 % interval', 'effect size d', 'p (Holm)'], listed),
    ),
  ].join('\n');
}

/** Returns the scores of all seeds as CSV, one line for each training. */
export const scoresCsv = (
  methods: readonly (Scored & { readonly search: Searched })[],
  measures: readonly (readonly [key: string, head: string])[],
): string =>
  csvOf(
    ['method', 'rate', 'decay', 'seed', ...measures.map(([, head]) => head)],
    methods.flatMap((m) => {
      const { rate, decay } = m.search.chosen;
      const columns = measures.map(([key]) => valuesOf(m, key));
      return m.scores.map((_, i) => [m.method, rate, decay, i + 1, ...columns.map((values) => values[i]!)]);
    }),
  );
