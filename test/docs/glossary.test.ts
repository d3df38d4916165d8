import { expect, test } from 'vitest';
import { filesBelow, textOf } from '../support/sources.ts';

const page = 'docs/architecture.md';
const glossary = textOf(page).split('\n## Glossary\n')[1] ?? '';

/** The first column of the table whose head begins with `title`, split at commas. */
function firstColumn(title: string): string[] {
  const lines = glossary.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} `));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).flatMap((row) => row.split('|')[1]!.trim().split(', '));
}

const terms = firstColumn('Term');
const retired = firstColumn('Not this');

test('the glossary has terms, and words that are not used', () => {
  expect(terms.length).toBeGreaterThan(40);
  expect(retired.length).toBeGreaterThan(10);
});

test('each term has one entry', () => {
  expect(terms.filter((term, i) => terms.indexOf(term) !== i)).toEqual([]);
});

/** The sources in lower case, with names such as unrollFactor taken apart. */
const sources = ['kernels', 'src']
  .flatMap((folder) => filesBelow(folder, '.ts'))
  .map((path) => textOf(path).replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2'))
  .join('\n')
  .toLowerCase();

test.each(terms)('the sources use the words of “%s”', (term) => {
  const unused = term
    .toLowerCase()
    .split(/[ -]/)
    .filter((word) => !new RegExp(`\\b${word}`).test(sources));
  expect(unused).toEqual([]);
});

/** A page's prose in one line, without code, tables that a command writes, and the glossary. */
const proseOf = (path: string): string =>
  textOf(path)
    .split('\n## Glossary\n')[0]!
    .replaceAll(/^```[^]*?^```$/gm, '')
    .replaceAll(/<!-- (\w+) -->[^]*?<!-- \/\1 -->/g, '')
    .replaceAll(/\s+/g, ' ');

const pages = ['README.md', ...filesBelow('docs', '.md')];

test.each(pages)('%s uses no word that the glossary retires', (path) => {
  const prose = proseOf(path);
  expect(retired.filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(prose))).toEqual([]);
});
