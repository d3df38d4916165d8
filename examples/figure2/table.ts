import { textTable } from '../report/textTable.ts';
import type { FamilyResult, MethodResult, Results } from './experiment.ts';
import type { Claim } from './order.ts';

const digits = (x: number): string => x.toFixed(3).replace(/^-(0\.0*)$/, '$1');

/** Returns the cells of a method, under `columns`. */
export function cells(m: MethodResult, rates: readonly number[]): string[] {
  const edge = m.rate === rates[0] || m.rate === rates.at(-1) ? '*' : '';
  const { lowerQuartile, median, upperQuartile, mean, found } = m.summary;
  return [
    m.name,
    `${m.rate}${edge}`,
    ...[lowerQuartile, median, upperQuartile, mean].map(digits),
    `${(100 * found).toFixed(1)} %`,
  ];
}

export const columns = ['method', 'rate', 'lower quartile', 'median', 'upper quartile', 'mean', 'deepest'];

export const p = (value: number): string => (value < 0.001 ? 'p < 0.001' : `p = ${value.toFixed(3)}`);

/** Returns the cells of a comparison, under `claimColumns`. */
export const claimCells = (c: Claim): string[] => [
  `${c.first} < ${c.second}`,
  `${c.lower} of ${c.lower + c.higher}`,
  c.byFamily.map((f) => `${f.lower}/${f.lower + f.higher}`).join('  '),
  p(c.p),
  c.verdict,
];

export const claimColumns = ['the paper’s order', 'lower on', 'by family', 'sign test', 'here'];

const familyTable = (family: FamilyResult, rates: readonly number[]): string =>
  `${family.name}\n${textTable(
    columns,
    family.methods.map((m) => cells(m, rates)),
  )}`;

/** Returns the explanation of the columns. */
export const legend = ({ settings: s }: Results): string[] => [
  `Final sum of losses less the deepest minimum of the start interval [${s.interval.join(', ')}], over ${s.landscapes} landscapes × ` +
    `${s.starts} starts a family. "deepest": the share of runs within ${s.near} of that minimum, or below it, for runs may leave the interval.`,
  `"rate": the peak learning rate, falling to 0 along half a cosine; the best for the method on ${s.search.landscapes} other landscapes of the ` +
    `family × ${s.search.starts} starts, out of ${s.rates.join(', ')}. * the best is the first or the last of these.`,
];

/** Returns a description of how the comparisons were made. */
export const method = ({ settings: s, comparisons }: Results): string =>
  `A method is lower on a landscape if its mean final loss over the ${s.starts} starts is. Two-sided sign test over all landscapes, corrected ` +
  `after Holm for all ${comparisons.length} pairs of methods; below 0.05 a pair counts as reproduced or reversed, else as open.`;

/** Returns the text that is printed at the end. `said` are the conclusions. */
export const tables = (results: Results, claims: readonly Claim[], said: readonly string[]): string =>
  [
    ...results.families.map((f) => familyTable(f, results.settings.rates)),
    legend(results).join('\n'),
    textTable(claimColumns, claims.map(claimCells)),
    method(results),
    said.join('\n'),
  ].join('\n\n');
