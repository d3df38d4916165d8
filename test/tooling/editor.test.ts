import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as cotangent from '../../src/index.ts';
import * as data from '../../src/data/index.ts';
import * as testing from '../../src/testing/index.ts';
import { openFile, type OpenFile } from '../support/languageServer.ts';
import { root } from '../support/sources.ts';

/** Returns the functions of a module and of the objects in it, as a program writes them. */
function functionsOf(name: string, module: object): string[] {
  return Object.entries(module).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'function') return [`${name}.${key}`];
    const isModule =
      typeof value === 'object' && value !== null && Object.values(value).some((v) => typeof v === 'function');
    return isModule ? functionsOf(`${name}.${key}`, value) : [];
  });
}

const methods = Object.getOwnPropertyNames(cotangent.Tensor.prototype)
  .filter((name) => name !== 'constructor')
  .map((name) => `x.${name}`);

const surface = {
  methods,
  cotangent: functionsOf('cotangent', cotangent),
  'cotangent/data': functionsOf('data', data),
  'cotangent/testing': functionsOf('testing', testing),
};
const names = Object.values(surface).flat();

const header = `import * as cotangent from '../src/index.ts';
import * as data from '../src/data/index.ts';
import * as testing from '../src/testing/index.ts';
declare const x: cotangent.Tensor;
`;
const before = header.split('\n').length - 1;

let file: OpenFile;
beforeAll(async () => {
  file = await openFile(join(root, 'test/surface.ts'), `${header}${names.map((name) => `${name};`).join('\n')}\n`);
});
afterAll(() => file.close());

/** Returns the place of the last part of a name in the file. */
const placeOf = (name: string): { line: number; character: number } => ({
  line: before + names.indexOf(name),
  character: name.lastIndexOf('.') + 1,
});

/** Returns what an editor shows of a name on hover, without its type. */
async function docstring(name: string): Promise<string> {
  const said = await file.hover(placeOf(name));
  return said.replace(/```[^]*?```/g, '').trim();
}

const own = ['src/', 'kernels/'].map((folder) => pathToFileURL(join(root, folder)).href);

for (const [what, list] of Object.entries(surface))
  test(`an editor leads from each name of ${what} to its source and shows its docstring`, async () => {
    expect(list.length).toBeGreaterThan(0);
    const lost: string[] = [];
    for (const name of list) {
      const found = await file.definitions(placeOf(name));
      if (!found.some(({ uri }) => own.some((folder) => uri.startsWith(folder)))) lost.push(`${name} leads nowhere`);
      if ((await docstring(name)) === '') lost.push(`${name} has no docstring`);
    }
    expect(lost).toEqual([]);
  });

test('a method leads to the operation itself, not only to its declaration', async () => {
  const files = async (name: string): Promise<string[]> =>
    (await file.definitions(placeOf(name))).map(({ uri }) => uri.slice(pathToFileURL(root).href.length));
  expect(await files('x.tanh')).toContain('kernels/elementwise.ts');
  expect(await files('x.sum')).toContain('src/tensor/ops/reduce.ts');
});
