import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bin, run, tsc } from '../support/buildPackage.ts';
import { root, textOf } from '../support/sources.ts';

const page = textOf('docs/adding-an-op.md');
let folder: string;

/**
 * Replaces in a file the lines of a hunk before the change by those after it; they must be there
 * once.
 */
function applyHunk(path: string, lines: readonly string[]): void {
  const side = (drop: string): string =>
    lines
      .filter((line) => !line.startsWith(drop))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const file = join(folder, path);
  const parts = readFileSync(file, 'utf8').split(side('+'));
  expect(parts.length, `what the diff changes is in ${path}, once`).toBe(2);
  writeFileSync(file, parts.join(side('-')));
}

function applyDiff(diff: string): void {
  for (const part of diff.split(/^--- a\/.*\n/m).slice(1)) {
    const path = /^\+\+\+ b\/(.*)$/m.exec(part)![1]!;
    for (const hunk of part.split(/^@@.*\n/m).slice(1)) applyHunk(path, hunk.trimEnd().split('\n'));
  }
}

const diffs = [...page.matchAll(/^```diff\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cotangent-op-'));
  for (const name of ['kernels', 'src', 'test', 'scripts', 'tsconfig.base.json', 'tsconfig.build.json'])
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/[\\/]node_modules$/.test(path),
    });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const settings = {
    extends: './tsconfig.build.json',
    compilerOptions: { emitDeclarationOnly: false },
    include: ['kernels', 'src'],
  };
  writeFileSync(join(folder, 'tsconfig.op.json'), JSON.stringify(settings));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const types = (): string => run(folder, tsc, '-p', 'tsconfig.op.json');
const program = (code: string): string => {
  writeFileSync(join(folder, 'main.js'), code);
  return run(folder, process.execPath, 'main.js');
};

test('the first diff, to the table alone, gives method, function, derivatives and kernel', () => {
  applyDiff(diffs[0]!);
  run(folder, process.execPath, 'scripts/names.js');
  types();
  const shown = /kernel:\n\n```text\n([\s\S]*?)^```$/m.exec(page)![1]!;
  const output = program(`
    import { explain, grad, setDevice, softsign, tensor } from './dist/src/index.js';
    const slope = grad((x) => x.softsign().sum())(tensor([-3, 0, 1]));
    console.log((await explain(slope)).steps[0].javascript);
    await setDevice('reference');
    console.log(await softsign(tensor(-3)).item(), await grad(softsign)(-3).item(), await grad(grad(softsign))(-3).item());`);
  expect(output).toBe(`${shown}${-3 / 4} ${1 / 16} ${2 / 64}\n`);
});

test('the second is what the compiler asks of the tests', () => {
  const settings = {
    extends: './tsconfig.base.json',
    compilerOptions: { noEmit: true },
    include: ['test/suites/elementwise.ts', 'scripts/checkOp.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.test.json'), JSON.stringify(settings));
  const check = (): string => run(folder, tsc, '-p', 'tsconfig.test.json');
  expect(check).toThrow("Property 'softsign' is missing");
  applyDiff(diffs[1]!);
  check();
});

describe('npm run check:op', () => {
  /** Runs the script on an entry of the copy, with `wrong` in place of `right` in the table. */
  const checked = (name: string, right = '', wrong = right): string => {
    const file = join(folder, 'kernels/elementwise.ts');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(right);
    writeFileSync(file, text.replace(right, wrong));
    try {
      return run(folder, bin('tsx'), 'scripts/checkOp.ts', name);
    } catch (error) {
      return (error as Error).message;
    } finally {
      writeFileSync(file, text);
    }
  };

  test('finds the new entry right', () => {
    expect(checked('softsign')).toMatch(/^(?:ok {4}softsign: .*\n){4}$/);
  });

  test('names the derivative that is wrong, and shows where, as the page quotes it', () => {
    const said = checked('softsign', '1 / ((1 + Math.abs(x)) * (1 + Math.abs(x)))', '1 / (1 + Math.abs(x))');
    expect(said).toContain(/```text\n(WRONG .*\n)```/.exec(page)![1]);
  });

  test('finds the cube root right, whose derivative is infinite at 0', () => {
    const root =
      'cbrt: unary((x) => Math.cbrt(x), (x, y) => 1 / (3 * y * y), { kernel: (x) => op.pow(x, 1 / 3), kinks: [0] }),\n  ';
    const row = join(folder, 'test/suites/meaning.ts');
    writeFileSync(
      row,
      readFileSync(row, 'utf8').replace(
        '  relu: {',
        '  cbrt: { f: (x) => Math.sign(x) * Math.abs(x) ** (1 / 3) },\n  relu: {',
      ),
    );
    const said = checked('cbrt', '/** max(x, 0)', `${root}/** max(x, 0)`);
    expect(said).toContain('ok    cbrt: value');
    expect(said).toContain('ok    cbrt: derivative by x:');
    // This kernel form is NaN for negative inputs.
    expect(said).toMatch(/cbrt: kernel form in float32, over its whole domain: infinitely many ulps at x = -.*got NaN/);
  });

  test('says what a form may use', () => {
    const said = checked('softsign', '1 / ((1 + Math.abs(x)) * ', 'third / ((1 + Math.abs(x)) * ');
    expect(said).toMatch(/check:op: a form may use only its arguments, numbers, Math and op: .*got third/);
  });
});
