import { expect, test } from 'vitest';
import { codeLinesOf, filesBelow, linesOf } from '../support/sources.ts';

/** Files that may be long, each with its reason. */
const longFiles: Record<string, string> = {
  'kernels/elementwise.ts': 'the table of operations is one thing, read from top to bottom',
};

const engine = ['kernels', 'src/graph', 'src/autodiff', 'src/schedule', 'src/device', 'src/tensor'];

/** Written by scripts/names.js, read by nobody. */
const generated = 'src/tensor/ops/named.ts';

/** What makes webasm fast: one memory for all values, gpu.js's translator with loops and reads of its own, contractions, threads. */
const machine = ['src/device/webasm/'];

const linesIn = (files: readonly string[]): number => files.reduce((sum, file) => sum + codeLinesOf(file), 0);
const files = engine.flatMap((folder) => filesBelow(folder, '.ts')).filter((file) => file !== generated);
const isMachine = (file: string): boolean => machine.some((folder) => file.startsWith(folder));

test('the engine has at most 7 700 lines of code, its WebAssembly machine 1 700 more', () => {
  expect(linesIn(files.filter(isMachine))).toBeGreaterThan(0);
  expect(linesIn(files.filter(isMachine))).toBeLessThanOrEqual(1700);
  expect(linesIn(files.filter((file) => !isMachine(file)))).toBeLessThanOrEqual(7700);
});

test('no source file is above 300 lines without a reason', () => {
  const files = ['kernels', 'src', 'examples'].flatMap((folder) => filesBelow(folder, '.ts'));
  const long = files.filter((file) => linesOf(file) > 300 && !(file in longFiles));
  expect(long.map((file) => `${file}: ${linesOf(file)} lines`)).toEqual([]);
});

test('the numbered examples are at most 60 lines', () => {
  const long = filesBelow('examples', '.ts').filter((file) => /^examples\/\d/.test(file) && linesOf(file) > 60);
  expect(long.map((file) => `${file}: ${linesOf(file)} lines`)).toEqual([]);
});
