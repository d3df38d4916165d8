import type { Cell, Cells } from './cells.ts';

export interface Row {
  readonly name: string;
  readonly version: string;
  readonly cells: Cells;
}

const markers = { begin: '<!-- runtimes -->', end: '<!-- /runtimes -->' };

/** The text of a page between the two markers. */
function between(page: string): { before: string; inside: string; after: string } {
  const [begin, end] = [page.indexOf(markers.begin), page.indexOf(markers.end)];
  if (begin < 0 || end < begin) throw new Error(`runtimes: the page must have ${markers.begin} and ${markers.end}`);
  const start = begin + markers.begin.length;
  return { before: page.slice(0, start), inside: page.slice(start, end), after: page.slice(end) };
}

export function withTable(page: string, table: string): string {
  const { before, after } = between(page);
  return `${before}\n\n${table}\n\n${after}`;
}

/** What the page says: `Node 20, webasm` → whether it runs. */
export function documented(page: string): Map<string, boolean> {
  const lines = between(page)
    .inside.split('\n')
    .filter((line) => line.startsWith('|'));
  const [head, , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((text) => text.trim()),
  );
  return new Map(
    rows.flatMap(([name, , ...marks]) =>
      marks.map((mark, i): [string, boolean] => [`${name}, ${head![i + 2]!.replaceAll('`', '')}`, mark === 'yes']),
    ),
  );
}

const reasonOf = (cell: Cell): string => ('refused' in cell ? cell.refused.replace(/^setDevice: /, '') : '');

/** The table in Markdown, and below it why a device does not run, each reason once. */
export function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
  const reasons = [...new Set(rows.flatMap(({ cells }) => Object.values(cells).map(reasonOf)))].filter((text) => text);
  const mark = (cell: Cell | undefined): string => {
    if (cell === undefined) return '';
    if ('runs' in cell) return 'yes';
    return 'wrong' in cell ? 'WRONG' : `no (${reasons.indexOf(reasonOf(cell)) + 1})`;
  };
  const grid = [
    ['Runtime', 'Version', ...columns.map((name) => (name === 'readers' ? name : `\`${name}\``))],
    ...rows.map(({ name, version, cells }) => [name, version, ...columns.map((column) => mark(cells[column]))]),
  ];
  const widths = grid[0]!.map((_, i) => Math.max(...grid.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const list = reasons.map((reason, i) => `${i + 1}. ${reason}`);
  return [line(grid[0]!), rule, ...grid.slice(1).map(line), '', ...list].join('\n');
}
