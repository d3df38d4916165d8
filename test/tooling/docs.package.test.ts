import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtFolder } from '../support/built.ts';
import { run, tsc } from '../support/buildPackage.ts';
import { codeBlocks } from '../support/codeBlocks.ts';
import { filesBelow, textOf } from '../support/sources.ts';

const folder = builtFolder();
const pages = [...filesBelow('', '.md').filter((path) => path === 'README.md'), ...filesBelow('docs', '.md')];
const blocks = pages.flatMap(codeBlocks);

/**
 * Every block becomes a module beside the sources, type-checked with them, and names the package
 * `cotangent`.
 */
beforeAll(() => {
  // In folders of their own: other tests pack this package meanwhile.
  mkdirSync(join(folder, 'pages'), { recursive: true });
  for (const { name, code } of blocks) writeFileSync(join(folder, 'pages', `${name}.ts`), `${code}\nexport {};\n`);
  const settings = {
    extends: './tsconfig.build.json',
    // As most users compile: strict, and no stricter. `const [a, b] = lanes` is then two tensors,
    // and a block may import what only the next one, which continues it, uses.
    compilerOptions: {
      noUncheckedIndexedAccess: false,
      noUnusedLocals: false,
      emitDeclarationOnly: false,
      outDir: 'pages-built',
    },
    include: ['kernels', 'src', 'pages'],
  };
  writeFileSync(join(folder, 'tsconfig.docs.json'), JSON.stringify(settings));
  run(folder, tsc, '-p', 'tsconfig.docs.json');
});

test('README has code to run', () => {
  expect(blocks.some(({ name }) => name.startsWith('README'))).toBe(true);
});

test('no code block hides from these tests behind another spelling of its language', () => {
  const hidden = pages.filter((page) => /^```(?:typescript|tsx|js|javascript|mjs)\b/m.test(textOf(page)));
  expect(hidden).toEqual([]);
});

test.each(blocks)('the code at $name runs and prints what it says', ({ name, printed, output }) => {
  const all = run(folder, process.execPath, join('pages-built', 'pages', `${name}.js`));
  const lines = all.split('\n').filter((line) => line !== '');
  if (printed.length > 0) expect(lines).toEqual(printed);
  if (output !== undefined) expect(all).toBe(output);
});
