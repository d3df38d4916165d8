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
  /** ',' if nothing is said. */
  readonly delimiter?: string;
  /**
   * Whether the first row holds names; without names columns are called 0, 1, …. If nothing is said
   * it must hold names, and a number among them is refused, as it may be that there are none.
   */
  readonly header?: boolean;
  /**
   * Parts of an example and the columns they are made of: a name gives shape [n], a list [n,
   * length]. Without it each column is a part.
   */
  readonly parts?: Readonly<Record<Part, string | readonly string[]>>;
  /**
   * Columns of words, at most 65 536 different ones in each; their numbers count the words in the
   * order of the alphabet.
   */
  readonly classes?: readonly string[];
}

export interface Csv<Part extends string = string> {
  readonly columns: Columns<Part>;
  /** The words of each column of classes. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
}

/** No column of classes may have more words. */
const most = 65536;

/** What a row's cells stand for, by the number of the column. */
type Cells = readonly string[];

/**
 * A table of numbers as comma-separated values (RFC 4180), gzipped or not. It is read twice:
 * checked and counted, then taken into memory.
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
   * Calls `visit` with each row of the table; its first row is what `begin` gets, and is visited
   * where that gives true.
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

function checkParts(parts: Readonly<Record<string, unknown>>): void {
  checkObject('parseCsv', 'parts', 'columns', parts);
  for (const [part, columns] of Object.entries(parts))
    if (Array.isArray(columns)) checkTexts('parseCsv', `the columns of ${part}`, columns);
    else checkText('parseCsv', `the column of ${part}, or each in a list of them,`, columns);
}

type Visit = (source: Source, cells: Cells, at: number) => void;

/**
 * A column that is wanted: `check` throws where a cell is none of its values, `value` is what a
 * cell stands for.
 */
interface Reader {
  readonly check: Visit;
  readonly value: (cells: Cells) => number;
}

interface Table {
  readonly columns: readonly Reader[];
  readonly parts: readonly (readonly [part: string, columns: readonly Reader[], listed: boolean])[];
  /** The words of each column of classes, numbered as they come. */
  readonly words: readonly (readonly [column: string, words: Map<string, number>])[];
}

/** The names of the columns: those of the first row, or numbers. */
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

/** A decimal number, or an infinity as Python, NumPy and JavaScript write it; NaN for all else. */
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
