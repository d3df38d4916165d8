import type { Verdict } from '../bars.ts';
import { digits, type Rows } from './rows.ts';

const amount = (x: number, unit: string): string => (unit === 'ms' ? `${digits(x)} ms` : `${x.toFixed(2)} ${unit}`);

export const verdictRows = (list: readonly Verdict[]): Rows => ({
  head: ['bar', 'measured', 'bar', ''],
  rows: list.map(({ what, got, unit, side, bar, met }) => [
    what,
    amount(got, unit),
    `${side} ${bar}${unit === 'ms' ? ' ms' : ''}`,
    met ? 'met' : 'not met',
  ]),
});
