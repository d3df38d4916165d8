import type { Column } from '../dataset.ts';
import { unpacked } from './gunzip.ts';
import { repeated } from './repeated.ts';
import { rowsOf, type Row } from './rows.ts';
import type { Source } from './source.ts';

/**
 * The content of CelebA's attribute list: the names of the attributes, the file name of each image,
 * and the labels [images, attributes], 0 or 1.
 */
export interface AttributeList {
  readonly attributes: readonly string[];
  readonly files: readonly string[];
  readonly labels: Column;
}

/** The largest number of attributes in a list; CelebA has 40. */
const most = 65536;

/**
 * Parses the bytes of CelebA's list_attr_celeba.txt (Liu et al. 2015), gzipped or not: the number
 * of images, the attributes' names, then for each image its file name and 1 or −1 for each
 * attribute, which become the labels 1 and 0. The common variant as CSV is read too: it has no
 * number of images, and its first row begins with a name for the file names. If the list is
 * damaged, throws an error with the offset and `name`, the file's name. The text is read twice: the
 * first pass checks and counts, the second stores.
 */
export async function parseCelebAAttributes(data: Uint8Array, name: string): Promise<AttributeList> {
  const files = new Set<string>();
  const attributes = visitList(unpacked('celeba', name, data), (source, at, picture) => {
    if (files.has(picture)) throw source.wrong(at, 'file names that differ', `${picture} twice`);
    files.add(picture);
  });
  const labels = new Uint8Array(files.size * attributes.length);
  let at = 0;
  visitList(unpacked('celeba', name, data), (_source, _at, _picture, values) => {
    for (const value of values) labels[at++] = value === '1' ? 1 : 0;
  });
  return { attributes, files: [...files], labels: { data: labels, shape: [files.size, attributes.length] } };
}

/**
 * Returns the attributes' names and calls `visit` with the offset, the file name and the values of
 * each image. Throws if the list is damaged.
 */
function visitList(
  source: Source,
  visit: (source: Source, at: number, picture: string, values: readonly string[]) => void,
): readonly string[] {
  const rows = rowsWithText(source);
  const first = rows.next().value;
  if (!first) throw source.wrong(0, 'a count of pictures or the names of attributes', 'an empty file');
  const commas = first.text.includes(',');
  const separator = commas ? ',' : /\s+/;
  const count = commas ? undefined : Number(first.text);
  if (count !== undefined && !/^\d{1,9}$/.test(first.text))
    throw source.wrong(0, 'a count of pictures', `'${first.text.slice(0, 40)}'`);
  const names = commas ? first : rows.next().value;
  if (!names) throw source.wrong(source.offset, 'the names of attributes', 'the end of the file');
  const attributes = names.text.split(separator).slice(commas ? 1 : 0);
  if (attributes.length === 0 || attributes.some((a) => !/^\w+$/.test(a)) || /^-?1$/.test(attributes[0]!))
    throw source.wrong(names.offset, 'the names of attributes', `'${names.text.slice(0, 40)}'`);
  if (attributes.length > most) throw source.wrong(names.offset, `at most ${most} attributes`, attributes.length);
  const twice = repeated(attributes);
  if (twice !== undefined) throw source.wrong(names.offset, 'attributes that differ', `${twice} twice`);

  let found = 0;
  for (const { text, offset } of rows) {
    const [picture, ...values] = text.split(separator);
    if (values.length !== attributes.length)
      throw source.wrong(offset, `a file name and ${attributes.length} numbers`, `${values.length} numbers`);
    const other = values.find((value) => value !== '1' && value !== '-1' && value !== '0');
    if (other !== undefined)
      throw source.wrong(offset, 'attributes of 1 and -1 in the line here', `'${other.slice(0, 40)}'`);
    visit(source, offset, picture!, values);
    found++;
  }
  if (count !== undefined && found !== count) throw source.wrong(0, `as many lines as the count ${count} says`, found);
  return attributes;
}

/**
 * Parses the bytes of CelebA's list_eval_partition.txt, or of its variant as CSV, gzipped or not.
 * Returns the partition of each file name: 0 for training, 1 for validation, 2 for test. If the
 * list is damaged, throws an error with the offset and `name`, the file's name.
 */
export async function parseCelebAPartition(data: Uint8Array, name: string): Promise<ReadonlyMap<string, number>> {
  const source = unpacked('celeba', name, data);
  const parts = new Map<string, number>();
  let first = true;
  for (const { text, offset } of rowsWithText(source)) {
    const [picture, part, ...more] = text.split(/[\s,]+/);
    const header = first && part === 'partition';
    first = false;
    if (header) continue;
    if (more.length > 0 || !/^[012]$/.test(part ?? ''))
      throw source.wrong(offset, 'a file name and 0, 1 or 2', `'${text.slice(0, 40)}'`);
    if (parts.has(picture!)) throw source.wrong(offset, 'file names that differ', `${picture!} twice`);
    parts.set(picture!, Number(part));
  }
  return parts;
}

/** Yields the rows that are not blank, without white space at either end. */
function* rowsWithText(source: Source): Generator<Row, undefined> {
  for (const { text, offset } of rowsOf(source)) {
    const trimmed = text.trim();
    if (trimmed !== '') yield { text: trimmed, offset };
  }
  return undefined;
}
