import type { ColdStart } from '../cold.ts';
import type { Rows } from './rows.ts';

export const coldRows = (cold: ColdStart): Rows => ({
  head: ['cold start, ms', 'import', 'import and backend', 'first step of W1'],
  rows: cold.libraries.map(({ library, importing, starting, first }) => [
    library,
    ...[importing, starting, first].map(({ lower, median, upper }) =>
      [median, lower, upper]
        .map((x) => x.toFixed(0))
        .join(' (')
        .replace(/ \((\d+)$/, ' to $1)'),
    ),
  ]),
});
