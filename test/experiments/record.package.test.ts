import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTrace, type Trace } from '../../src/inspect/index.ts';
import { labProgram } from '../support/built.ts';
import { ended, type Ended } from '../support/ended.ts';
import { root, textOf } from '../support/sources.ts';

const base = mkdtempSync(join(tmpdir(), 'record-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const start = (...args: string[]): Promise<Ended> =>
  ended(spawn(process.execPath, [...labProgram('cotangent/main.ts'), 'record', ...args], { cwd: root }));

const file = (name: string, text: string): string => {
  writeFileSync(join(base, name), text);
  return join(base, name);
};

const read = (path: string): Trace => readTrace(readFileSync(path, 'utf8'));

test('a program of TypeScript is recorded with its own lines and its output', { timeout: 120_000 }, async () => {
  const out = join(base, 'four.json');
  const path = 'examples/4-two-gradients.ts';
  const { code, out: printed, err } = await start(path, '-o', out);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(printed).toMatch(/^sum {8}\[ 4, 4 \]\n/);
  expect(printed).toMatch(/\d+ nodes, \d+ sweeps, 4 reads; .*four\.json written\n$/);
  const { nodes, reads } = read(out);
  const lines = textOf(path).split('\n');
  const fanOuts = nodes.filter((n) => n.op === 'fanOut');
  expect(fanOuts.length).toBeGreaterThan(0);
  for (const { position } of fanOuts) {
    expect(position!.file).toBe(join(root, path));
    expect(lines[position!.line - 1]).toMatch(/fanOut\(|gradDrop\(/);
  }
  expect(reads.map((r) => lines[r.position!.line - 1]!).every((line) => line.includes('.array()'))).toBe(true);
});

test('a program of JavaScript that fails leaves a trace, one sentence and exit code 1', async () => {
  const program = file(
    'fails.mjs',
    `import { tensor } from 'cotangent';\ntensor([1, NaN]).exp();\nthrow new Error('mine');\n`,
  );
  const out = join(base, 'fails.json');
  expect(await start(program, '--out', out)).toEqual({
    code: 1,
    out: '',
    err: `cotangent: record: '${program}' failed: mine; the trace up to there is in '${out}'\n`,
  });
  const [data, exp] = read(out).nodes;
  expect(data!.values).toMatchObject({ first: [1, NaN], nan: 1 });
  expect([exp!.name, exp!.position]).toEqual(['exp', { file: program, line: 2, column: 18 }]);
});

test.each([
  [['nowhere.ts'], "record: cannot load 'nowhere.ts': there is no such file"],
  [[], "missing required argument 'program'"],
  [['package.json', '-o', root], '--out must name a file, got the folder'],
  [['package.json', '-o', ''], '--out must name a file, got an empty name'],
  [['package.json', '-o', 'a', '--out', 'b'], '--out must be given once, got it twice'],
])('record %j cannot be followed and ends with exit code 2', async (args, message) => {
  const { code, out, err } = await start(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^cotangent: [^\n]*\n$/);
  expect(err).toContain(message);
});
