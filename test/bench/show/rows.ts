import Table from 'cli-table3';
import type { Spread } from '../measure.ts';

/** A table of text. */
export interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Three digits. */
export const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

export const share = ({ lower, median, upper }: Spread): string =>
  `${median.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;

/** It as lines, for the terminal. */
export const drawn = ({ head, rows }: Rows): string => {
  const colAligns = head.map((_, i) => (i < 1 ? 'left' : 'right') as 'left' | 'right');
  const t = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } });
  t.push(...rows.map((row) => [...row]));
  return t.toString();
};
