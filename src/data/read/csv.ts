import { checkOptions } from '../../graph/options.ts';
import { showAny } from '../../graph/shape.ts';
import type { Column, Columns } from '../dataset.ts';
import { unpacked } from './gunzip.ts';
import { byteAt, textOf } from './text.ts';
import type { Bytes } from './bytes.ts';

export interface CsvOptions<Part extends string = string> {
  /** ',' if nothing is said. */
  readonly delimiter?: string;
  /** Whether the first row holds names; without names columns are called 0, 1, …. */
  readonly header?: boolean;
  /** Parts of an example and the columns they are made of: a name gives shape [n], a list [n, length]. Without it each column is a part. */
  readonly parts?: Readonly<Record<Part, string | readonly string[]>>;
  /** Columns of words; their numbers count the words in the order of the alphabet. */
  readonly classes?: readonly string[];
}

export interface Csv<Part extends string = string> {
  readonly columns: Columns<Part>;
  /** The words of each column of classes. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
}

interface Row {
  readonly cells: readonly string[];
  /** The character at which it begins. */
  readonly start: number;
}

/** A table of numbers as comma-separated values (RFC 4180), gzipped or not. */
export async function parseCsv<Part extends string = string>(
  data: Uint8Array,
  name: string,
  options: CsvOptions<Part> = {},
): Promise<Csv<Part>> {
  const {
    delimiter = ',',
    header = true,
    parts,
    classes = [],
  } = checkOptions('parseCsv', options, ['delimiter', 'header', 'parts', 'classes']);
  const file = await unpacked('csv', name, data);
  const text = textOf(file);
  const rows = await rowsOf(file, text, delimiter);
  const first = header ? rows.shift() : rows[0];
  if (first === undefined) throw file.wrong(0, header ? 'a row of names' : 'at least one row', 'an empty file');
  const names = first.cells.map((cell, i) => (header ? cell.trim() : String(i)));
  if (new Set(names).size !== names.length) throw file.wrong(0, 'names that differ', names.join(delimiter));
  for (const row of rows)
    if (row.cells.length !== names.length)
      throw file.wrong(byteAt(file, text, row.start), `${names.length} cells`, row.cells.length);

  const numberOf = (column: string): number => {
    const at = names.indexOf(column);
    if (at < 0) throw new Error(`csv: ${name} has the columns ${names.join(', ')}, got ${showAny(column)}`);
    return at;
  };
  const words = Object.fromEntries(
    classes.map((column) => {
      const at = numberOf(column);
      return [column, [...new Set(rows.map(({ cells }) => cells[at]!))].sort()];
    }),
  );
  /** What turns the cells of a column into numbers. */
  const reader = (column: string): ((row: Row) => number) => {
    const at = numberOf(column);
    if (column in words) {
      const classOf = new Map(words[column]!.map((word, i) => [word, i]));
      return ({ cells }) => classOf.get(cells[at]!)!;
    }
    return ({ cells, start }) => {
      const written = cells[at]!.trim();
      const x = written === '' ? NaN : Number(written);
      if (Number.isNaN(x) && !/^nan$/i.test(written))
        throw file.wrong(byteAt(file, text, start), `a number in column ${column} of the row here`, `'${cells[at]!}'`);
      return x;
    };
  };
  const wanted = parts ?? (Object.fromEntries(names.map((column) => [column, column])) as Record<Part, string>);
  const columns = Object.entries<string | readonly string[]>(wanted).map(([part, of]): [string, Column] => {
    const readers = (typeof of === 'string' ? [of] : of).map(reader);
    const data = new Float64Array(rows.length * readers.length);
    let at = 0;
    for (const row of rows) for (const read of readers) data[at++] = read(row);
    return [part, { data, shape: typeof of === 'string' ? [rows.length] : [rows.length, readers.length] }];
  });
  return { columns: Object.fromEntries(columns) as Columns<Part>, classes: words };
}

async function rowsOf(file: Bytes, text: string, delimiter: string): Promise<Row[]> {
  const { default: papa } = await import('papaparse');
  const rows: Row[] = [];
  let start = 0;
  papa.parse<string[]>(text, {
    delimiter,
    skipEmptyLines: true,
    step({ data: cells, errors: [error], meta }) {
      if (error) throw file.wrong(byteAt(file, text, start), 'cells whose quotes are closed', error.message);
      rows.push({ cells, start });
      start = meta.cursor;
    },
  });
  return rows;
}
