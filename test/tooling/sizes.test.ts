import { expect, test } from 'vitest';
import { codeLinesOf, filesBelow, linesOf } from '../support/sources.ts';

/** Files that may be long, each with its reason. */
const longFiles: Record<string, string> = {
  'src/tensor/operationMethods.ts': 'one declaration for each operation, written by scripts/names.js',
  'kernels/elementwise.ts': 'the table of operations is one thing, read from top to bottom',
};

/** From kernels to devices; a budget that goes down. */
const engine = ['kernels', 'src/graph', 'src/autodiff', 'src/schedule', 'src/kernel', 'src/device'];
const mostInEngine = 6488;

/** Written by scripts/names.js, read by nobody. */
const generated = ['src/tensor/ops/named.ts', 'src/tensor/operationMethods.ts'];
const mostInTensor = 2474;

/** What records and shows programs; the engine runs without it. */
const mostInInspect = 1250;

const linesIn = (folders: readonly string[]): number =>
  folders
    .flatMap((folder) => filesBelow(folder, '.ts'))
    .filter((file) => !generated.includes(file))
    .reduce((sum, file) => sum + codeLinesOf(file), 0);

test(`the engine has at most ${mostInEngine} lines of code, the tensors above it ${mostInTensor}, the recorder ${mostInInspect}`, () => {
  const reached = { engine: linesIn(engine), tensor: linesIn(['src/tensor']), inspect: linesIn(['src/inspect']) };
  expect(reached.engine, `the engine has ${reached.engine} lines`).toBeLessThanOrEqual(mostInEngine);
  expect(reached.inspect, `src/inspect has ${reached.inspect} lines`).toBeLessThanOrEqual(mostInInspect);
  expect(reached.tensor, `src/tensor has ${reached.tensor} lines`).toBeLessThanOrEqual(mostInTensor);
});

test('no source file is above 300 lines without a reason', () => {
  const files = ['kernels', 'src', 'examples'].flatMap((folder) => [
    ...filesBelow(folder, '.ts'),
    ...filesBelow(folder, '.tsx'),
  ]);
  const long = files.filter((file) => linesOf(file) > 300 && !(file in longFiles));
  expect(long.map((file) => `${file}: ${linesOf(file)} lines`)).toEqual([]);
});

test('the numbered examples are at most 60 lines', () => {
  const long = filesBelow('examples', '.ts').filter((file) => /^examples\/\d/.test(file) && linesOf(file) > 60);
  expect(long.map((file) => `${file}: ${linesOf(file)} lines`)).toEqual([]);
});
