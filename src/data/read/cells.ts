import { showAny } from '../../graph/shape.ts';
import type { Source } from './source.ts';

/**
 * Returns the byte of a delimiter. Throws, with `caller`, unless it is one ASCII character, and
 * neither a quote nor a line break.
 */
export function delimiterCode(caller: string, delimiter: string): number {
  if (typeof delimiter !== 'string' || !/^[^"\r\n\u0080-\uffff]$/.test(delimiter))
    throw new Error(
      `${caller}: delimiter must be one ASCII character other than a quote or a line break, got ${showAny(delimiter)}`,
    );
  return delimiter.charCodeAt(0);
}

/** The largest number of cells in a row. */
const most = 65536;

/**
 * Returns the cells of a row, without the quotes around them. A cell that begins with a quote ends
 * with one, and a quote inside it is doubled (RFC 4180). Throws if other text follows the quote at
 * the end of a cell, or if there are more than 65 536 cells. `offset` is that of the row.
 */
export function cellsOf(source: Source, row: string, offset: number, delimiter: string): string[] {
  const cells = row.includes('"') ? quotedCells(source, row, offset, delimiter) : row.split(delimiter, most + 1);
  if (cells.length > most) throw source.wrong(offset, `at most ${most} columns`, 'more');
  return cells;
}

/** Returns the cells of a row that contains quotes. */
function quotedCells(source: Source, row: string, offset: number, delimiter: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= row.length && cells.length <= most;) {
    if (row[at] !== '"') {
      const end = row.indexOf(delimiter, at);
      cells.push(row.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? row.length + 1 : end + 1;
      continue;
    }
    let end = row.indexOf('"', at + 1);
    while (row[end + 1] === '"') end = row.indexOf('"', end + 2);
    cells.push(row.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 < row.length && row[end + 1] !== delimiter)
      throw source.wrong(
        offset,
        'cells whose quotes are closed',
        `${showAny(row[end + 1])} after a quote that ends a cell`,
      );
    at = end + 2;
  }
  return cells;
}
