import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { filesBelow, root, textOf } from '../support/sources.ts';

/** From the bottom up. A file may import from its own folder and from the rows below it. */
const layers = [
  ['kernels'],
  ['src/graph'],
  ['src/autodiff'],
  ['src/schedule'],
  ['src/kernel'],
  ['src/device'],
  ['src/tensor'],
  ['src/nn', 'src/optim', 'src/multiloss', 'src/data'],
  ['src/inspect'],
  ['src/testing'],
  ['src/index.ts'],
  ['examples'],
];

const files = ['kernels', 'src', 'examples'].flatMap((folder) => [
  ...filesBelow(folder, '.ts'),
  ...filesBelow(folder, '.tsx'),
]);

const within = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);
const rankOf = (file: string): number => layers.findIndex((row) => row.some((folder) => within(file, folder)));
const folderOf = (file: string): string | undefined => layers.flat().find((folder) => within(file, folder));

interface Import {
  readonly from: string;
  readonly to: string;
  /** Erased by the compiler, so it cannot make a ring at run time. */
  readonly typeOnly: boolean;
}

/** `import … from './x'`, `export … from './x'`, `import './x'` and `import('./x')`. */
const statement = /\b(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'(\.[^']*)'|\bimport\s*\(?\s*'(\.[^']*)'/g;

const imports: readonly Import[] = files.flatMap((from) =>
  [...textOf(from).matchAll(statement)].map((match) => ({
    from,
    to: normalize(join(dirname(from), (match[2] ?? match[3])!)).replaceAll('\\', '/'),
    typeOnly: match[1] !== undefined,
  })),
);

test('every file has its place in the list of layers', () => {
  expect(files.filter((file) => rankOf(file) < 0)).toEqual([]);
});

test('every relative import names a file that exists', () => {
  // A page also imports styles, and files as text: './style.css', './rules.ts?raw'.
  const exists = (path: string): boolean => existsSync(join(root, path.replace(/\?.*$/, '')));
  expect(imports.filter(({ to }) => !exists(to)).map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('no import runs up the list of layers or sideways to a sibling folder', () => {
  const offending = imports.filter(
    ({ from, to }) => rankOf(to) > rankOf(from) || (rankOf(to) === rankOf(from) && folderOf(to) !== folderOf(from)),
  );
  expect(offending.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('the lab imports the engine by its name alone, so that a program has one engine', () => {
  // What is imported as text is shown, not run.
  const across = imports.filter(
    ({ from, to }) => within(from, 'examples') && !within(to, 'examples') && !to.endsWith('?raw'),
  );
  expect(across.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

/**
 * Each knows what devices share and itself; what they share knows none of them, but for the one
 * table that loads them.
 */
const backends = ['src/device/reference', 'src/device/gpujs', 'src/device/webasm'];
const loaders = 'src/device/loaders.ts';

test('no backend imports another, and only the table of loaders imports one into what they share', () => {
  const backendOf = (file: string): string | undefined => backends.find((folder) => within(file, folder));
  const offending = imports.filter(
    ({ from, to }) =>
      within(from, 'src/device') &&
      from !== loaders &&
      backendOf(to) !== undefined &&
      backendOf(from) !== backendOf(to),
  );
  expect(backends.filter((folder) => !files.some((file) => within(file, folder)))).toEqual([]);
  expect(offending.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const targets = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const { from, to, typeOnly } of imports) if (!typeOnly) targets.get(from)?.push(to);

  const finished = new Set<string>();
  const path: string[] = [];
  function ringFrom(file: string): string | undefined {
    if (finished.has(file)) return undefined;
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' imports ');
    path.push(file);
    for (const next of targets.get(file) ?? []) {
      const ring = ringFrom(next);
      if (ring !== undefined) return ring;
    }
    path.pop();
    finished.add(file);
    return undefined;
  }
  expect(files.map(ringFrom).find((ring) => ring !== undefined)).toBeUndefined();
});

test('the engine names no package', () => {
  const packages = files.flatMap((from) =>
    [...textOf(from).matchAll(/\bfrom\s+'([^'.][^']*)'/g)]
      .filter((match) => !match[1]!.startsWith('node:') && !within(from, 'examples') && !within(from, 'src/testing'))
      .map((match) => `${from} imports ${match[1]!}`),
  );
  // Packages are loaded when they are needed, by import(): src/index.ts alone must load without
  // any. The testing entry has fast-check.
  expect(packages.filter((line) => !isTypeImport(line))).toEqual([]);
});

function isTypeImport(line: string): boolean {
  const [from, name] = line.split(' imports ') as [string, string];
  return new RegExp(`import type [^;]*from '${name}'`).test(textOf(from));
}
