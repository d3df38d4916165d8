import type { Column } from '../dataset.ts';
import { Bytes } from './bytes.ts';
import { textOf } from './text.ts';

/** What CelebA's attribute list says: of each picture its file name and for each attribute 0 or 1. */
export interface AttributeList {
  readonly attributes: readonly string[];
  readonly files: readonly string[];
  readonly labels: Column;
}

/**
 * CelebA's list_attr_celeba.txt (Liu et al. 2015): how many pictures, the attributes' names, then for each picture its file name and 1 or −1
 * for each attribute. The form with commas and without the count, in which it also goes round, is read as well.
 */
export async function parseCelebAAttributes(data: Uint8Array, name: string): Promise<AttributeList> {
  const file = new Bytes('celeba', name, data);
  const lines = linesOf(file);
  const first = lines.next().value;
  if (!first) throw file.wrong(0, 'a count of pictures or the names of attributes', 'an empty file');
  const commas = first.text.includes(',');
  const separator = commas ? ',' : /\s+/;
  const count = commas ? undefined : Number(first.text);
  if (count !== undefined && !/^\d{1,9}$/.test(first.text))
    throw file.wrong(0, 'a count of pictures', `'${first.text.slice(0, 40)}'`);
  const names = commas ? first : lines.next().value;
  if (!names) throw file.wrong(file.length, 'the names of attributes', 'the end of the file');
  const attributes = names.text.split(separator).slice(commas ? 1 : 0);
  if (attributes.length === 0 || attributes.some((a) => !/^\w+$/.test(a)) || /^-?1$/.test(attributes[0]!))
    throw file.wrong(names.offset, 'the names of attributes', `'${names.text.slice(0, 40)}'`);

  const files: string[] = [];
  const labels: number[] = [];
  for (const { text, offset } of lines) {
    const [picture, ...values] = text.split(separator);
    if (values.length !== attributes.length)
      throw file.wrong(offset, `a file name and ${attributes.length} numbers`, `${values.length} numbers`);
    files.push(picture!);
    for (const value of values) {
      if (value !== '1' && value !== '-1' && value !== '0')
        throw file.wrong(offset, 'attributes of 1 and -1 in the line here', `'${value}'`);
      labels.push(value === '1' ? 1 : 0);
    }
  }
  if (count !== undefined && files.length !== count)
    throw file.wrong(0, `as many lines as the count ${count} says`, files.length);
  return { attributes, files, labels: { data: Uint8Array.from(labels), shape: [files.length, attributes.length] } };
}

/** The parts of list_eval_partition.txt, by file name: 0 to train with, 1 for validation, 2 for tests. */
export async function parseCelebAPartition(data: Uint8Array, name: string): Promise<ReadonlyMap<string, number>> {
  const file = new Bytes('celeba', name, data);
  const parts = new Map<string, number>();
  for (const { text, offset } of linesOf(file)) {
    const [picture, part, ...more] = text.split(/[\s,]+/);
    if (offset === 0 && part === 'partition') continue;
    if (more.length > 0 || !/^[012]$/.test(part ?? ''))
      throw file.wrong(offset, 'a file name and 0, 1 or 2', `'${text.slice(0, 40)}'`);
    parts.set(picture!, Number(part));
  }
  return parts;
}

/** The lines that are not blank, each with the byte at which it begins. */
function* linesOf(file: Bytes): Generator<{ readonly text: string; readonly offset: number }, undefined> {
  const text = textOf(file);
  // The list is plain ASCII; where it is not, offsets are those of characters.
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') yield { text: line.trim(), offset };
    offset += line.length + 1;
  }
  return undefined;
}
