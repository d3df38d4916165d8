import { checkOptions } from '../../graph/options.ts';
import { checkFlag } from '../../graph/checks.ts';
import { showAny } from '../../graph/shape.ts';
import { checkObject, checkText, checkTexts } from '../checks.ts';
import type { Column, Columns } from '../dataset.ts';
import { cellsOf, delimiterCode } from './cells.ts';
import { unpacked } from './gunzip.ts';
import { repeated } from './repeated.ts';
import { rowsOf } from './rows.ts';
import type { Source } from './source.ts';

export interface CsvOptions<Part extends string = string> {
  /** The ASCII character between cells, but no quote or line break; ',' by default. */
  readonly delimiter?: string;
  /**
   * If true, the first row holds the columns' names; if false, it is an example, and the columns
   * are called 0, 1, …. By default the first row must hold names, and a number among them throws,
   * because the table may have no names.
   */
  readonly header?: boolean;
  /**
   * The parts of an example and the columns they consist of: one name gives shape [n], a list of
   * names [n, length]. By default each column is a part.
   */
  readonly parts?: Readonly<Record<Part, string | readonly string[]>>;
  /**
   * The columns that hold words, at most 65 536 different ones each. A word is replaced by its
   * index among the column's words, sorted by their character codes.
   */
  readonly classes?: readonly string[];
}

export interface Csv<Part extends string = string> {
  /** A column in float64 for each part of an example. */
  readonly columns: Columns<Part>;
  /** For each column of words, its words: number i in the column stands for word i. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
}

/** The largest number of different words in a column of classes. */
const most = 65536;

/** The cells of a row, by the index of the column. */
type Cells = readonly string[];

/**
 * Parses the bytes of a table of comma-separated values (RFC 4180), gzipped or not, in UTF-8. Cells
 * are decimal numbers, nan and ±inf, and words in the columns that `classes` names. Returns the
 * columns and the words. Throws if an option is invalid or names a column that the table lacks. If
 * the table is damaged, has rows of different lengths or other cells, throws an error with the
 * offset and `name`, the file's name. The table is read twice: the first pass checks and counts,
 * the second stores.
 */
export async function parseCsv<Part extends string = string>(
  data: Uint8Array,
  name: string,
  options: CsvOptions<Part> = {},
): Promise<Csv<Part>> {
  const {
    delimiter = ',',
    header,
    parts,
    classes = [],
  } = checkOptions('parseCsv', options, ['delimiter', 'header', 'parts', 'classes']);
  const code = delimiterCode('parseCsv', delimiter);
  if (header !== undefined) checkFlag('parseCsv', 'header', header);
  checkTexts('parseCsv', 'classes', classes);
  if (parts !== undefined) checkParts(parts);
  /**
   * Calls `begin` with the first row and `visit` with every further one. If `begin` returns true,
   * the first row is passed to `visit` too.
   */
  const visitRows = (begin: (source: Source, cells: Cells, at: number) => boolean, visit: Visit): void => {
    const source = unpacked('csv', name, data);
    let columns: number | undefined;
    for (const { text, offset } of rowsOf(source, code)) {
      const cells = cellsOf(source, text, offset, delimiter);
      if (columns === undefined) {
        columns = cells.length;
        if (!begin(source, cells, offset)) continue;
      }
      if (cells.length !== columns) throw source.wrong(offset, `${columns} cells`, cells.length);
      visit(source, cells, offset);
    }
    if (columns === undefined)
      throw source.wrong(0, header === false ? 'at least one row' : 'a row of names', 'an empty file');
  };

  let table: Table | undefined;
  let size = 0;
  visitRows(
    (source, cells, at) => {
      table = tableOf(source, namesOf(source, cells, at, header), parts, classes);
      return header === false;
    },
    (source, cells, at) => {
      size++;
      for (const column of table!.columns) column.check(source, cells, at);
    },
  );
  const words = table!.words.map(([column, found]) => [column, [...found.keys()].sort()] as const);
  for (const [i, [, found]] of table!.words.entries())
    for (const [k, word] of words[i]![1].entries()) found.set(word, k);

  const filled = table!.parts.map(([part, columns, listed]) => {
    const shape = listed ? [size, columns.length] : [size];
    return { part, columns, column: { data: new Float64Array(size * columns.length), shape } };
  });
  let row = 0;
  visitRows(
    () => header === false,
    (_, cells) => {
      for (const { columns, column } of filled)
        for (const [k, { value }] of columns.entries()) column.data[row * columns.length + k] = value(cells);
      row++;
    },
  );
  return {
    columns: Object.fromEntries(filled.map(({ part, column }): [string, Column] => [part, column])) as Columns<Part>,
    classes: Object.fromEntries(words),
  };
}

/** Throws unless each part is the name of a column or a list of such names. */
function checkParts(parts: Readonly<Record<string, unknown>>): void {
  checkObject('parseCsv', 'parts', 'columns', parts);
  for (const [part, columns] of Object.entries(parts))
    if (Array.isArray(columns)) checkTexts('parseCsv', `the columns of ${part}`, columns);
    else checkText('parseCsv', `the column of ${part}, or each in a list of them,`, columns);
}

type Visit = (source: Source, cells: Cells, at: number) => void;

/**
 * A column that is used: `check` throws if a cell holds no valid value, `value` converts a cell to
 * a number.
 */
interface Reader {
  readonly check: Visit;
  readonly value: (cells: Cells) => number;
}

interface Table {
  readonly columns: readonly Reader[];
  readonly parts: readonly (readonly [part: string, columns: readonly Reader[], listed: boolean])[];
  /**
   * For each column of words, the number of each word: in order of appearance during the first
   * pass, in sorted order after it.
   */
  readonly words: readonly (readonly [column: string, words: Map<string, number>])[];
}

/**
 * Returns the names of the columns: the cells of the first row, or 0, 1, … if `header` is false.
 * Throws if names repeat, or if one is a number while `header` is undefined.
 */
function namesOf(source: Source, cells: Cells, at: number, header: boolean | undefined): string[] {
  const names = cells.map((cell, i) => (header === false ? String(i) : cell.trim()));
  const number = names.find((cell) => Number.isFinite(numberOf(cell)));
  if (header === undefined && number !== undefined)
    throw source.wrong(
      at,
      'names in the first row',
      `the number ${number}; the option header says whether the first row holds names`,
    );
  if (repeated(names) !== undefined) throw source.wrong(at, 'names that differ', names.join().slice(0, 80));
  return names;
}

/**
 * Returns the readers of the columns that the options use. Throws if the table lacks one of them.
 */
function tableOf(
  source: Source,
  names: readonly string[],
  parts: Readonly<Record<string, string | readonly string[]>> | undefined,
  classes: readonly string[],
): Table {
  const places = new Map(names.map((column, i) => [column, i]));
  const placeOf = (column: string): number => {
    const at = places.get(column);
    if (at === undefined)
      throw new Error(`csv: ${source.name} has the columns ${names.slice(0, 100).join(', ')}, got ${showAny(column)}`);
    return at;
  };
  const words = new Map(classes.map((column) => [column, new Map<string, number>()]));
  const readers = new Map<string, Reader>();
  const readerOf = (column: string): Reader => {
    const found = words.get(column);
    const reader =
      readers.get(column) ??
      (found ? wordReader(column, placeOf(column), found) : numberReader(column, placeOf(column)));
    readers.set(column, reader);
    return reader;
  };
  for (const column of classes) readerOf(column);
  const wanted = parts ? Object.entries(parts) : names.map((column) => [column, column] as const);
  const made = wanted.map(
    ([part, of]) => [part, (typeof of === 'string' ? [of] : of).map(readerOf), typeof of !== 'string'] as const,
  );
  return { columns: [...readers.values()], parts: made, words: [...words] };
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Returns the value of a decimal number or an infinity, as Python, NumPy and JavaScript write it,
 * and NaN for anything else.
 */
function numberOf(written: string): number {
  if (decimal.test(written)) return Number(written);
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(written) ?? [];
  return sign === undefined ? NaN : sign === '-' ? -Infinity : Infinity;
}

const numberReader = (column: string, at: number): Reader => ({
  value: (cells) => numberOf(cells[at]!.trim()),
  check(source, cells, offset) {
    const written = cells[at]!.trim();
    if (Number.isNaN(numberOf(written)) && !/^nan$/i.test(written))
      throw source.wrong(offset, `a number in column ${column} of the row here`, `'${cells[at]!.slice(0, 40)}'`);
  },
});

const wordReader = (column: string, at: number, words: Map<string, number>): Reader => ({
  value: (cells) => words.get(cells[at]!)!,
  check(source, cells, offset) {
    if (!words.has(cells[at]!)) words.set(cells[at]!, words.size);
    if (words.size > most) throw source.wrong(offset, `at most ${most} different words in column ${column}`, 'more');
  },
});
