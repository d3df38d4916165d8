import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { record } from '../../src/inspect/index.ts';
import { grad, tensor } from '../../src/index.ts';
import { reportOf } from '../../examples/playground/run/checkReport.ts';
import { compile, CompileError } from '../../examples/playground/run/compile.ts';
import { failureOf, framesOf } from '../../examples/playground/run/failure.ts';
import { format } from '../../examples/playground/run/format.ts';
import { isTrace } from '../../examples/playground/run/isTrace.ts';
import { decode, encode } from '../../examples/playground/run/wire.ts';

describe('a place in the program', () => {
  const same = <T>(place: T): T => place;
  /** Stacks of one error: thrown in `f` at 5:9, called at 9:3, below two calls in cotangent. */
  const stacks = {
    V8: `Error: no\n    at matmul (cotangent/engine.js:2:9000)\n    at Tensor.matmul (cotangent/engine.js:2:100)\n    at f (program.ts:5:9)\n    at async program.ts:9:3\n    at async record (cotangent/inspect.js:1:50)`,
    Gecko: `matmul@cotangent/engine.js:2:9000\nmatmul@cotangent/engine.js:2:100\nf@program.ts:5:9\nasync*@program.ts:9:3\n@cotangent/inspect.js:1:50\n`,
    WebKit: `matmul@cotangent/engine.js:2:9000\nmatmul@cotangent/engine.js:2:100\nf@program.ts:5:9\nmodule code@program.ts:9:3\n@cotangent/inspect.js:1:50`,
  };
  test.each(Object.entries(stacks))('is read from a stack of %s, with the calls in cotangent apart', (_, stack) => {
    const { place, calls, inside } = failureOf({ name: 'Error', message: 'no', stack }, same);
    expect(place).toMatchObject({ line: 5, column: 9 });
    expect(calls.map((call) => call.place.line)).toEqual([5, 9]);
    expect(inside.map((call) => call.split(' ')[1])).toEqual([
      'cotangent/engine.js:2:9000',
      'cotangent/engine.js:2:100',
    ]);
  });

  test('is not read from a message that looks like a stack', () => {
    const message = 'no\n    at f (program.ts:1:1)';
    const stack = `Error: ${message}\n    at g (program.ts:7:3)`;
    expect(failureOf({ name: 'Error', message, stack }, same).place).toMatchObject({ line: 7, column: 3 });
    expect(framesOf('')).toEqual([]);
  });

  test('is that of the text with types, in line and column', () => {
    const text = `import { tensor, type Tensor } from 'cotangent';\nconst f = (x: Tensor, y?: number): Tensor => boom(x as unknown as Tensor);\n`;
    const { pieces, original } = compile(text);
    const code = pieces.join('cotangent').split('\n');
    const column = code[1]!.indexOf('boom') + 1;
    expect(column).not.toBe(text.split('\n')[1]!.indexOf('boom') + 1);
    expect(original({ line: 2, column })).toEqual({ line: 2, column: text.split('\n')[1]!.indexOf('boom') + 1 });
  });
});

describe('a program', () => {
  const refusal = (text: string): unknown => {
    try {
      compile(text);
    } catch (error) {
      return error instanceof CompileError ? [error.message, error.place?.line, error.place?.column] : error;
    }
    return undefined;
  };

  test('is cut where it names what it imports', () => {
    const { pieces, imports } = compile(
      `import { grad } from 'cotangent';\nimport fc from "fast-check";\nconst t = await import('cotangent/testing');\nconsole.log(grad, fc, t, "from 'cotangent'");`,
    );
    expect(imports).toEqual(['cotangent', 'fast-check', 'testing']);
    expect(pieces.length).toBe(4);
    expect(pieces[3]).toContain(`"from 'cotangent'"`);
  });

  test('that imports anything else is told so at that place', () => {
    const only = /^the playground has cotangent only: .*, not from 'lodash'$/;
    expect(refusal(`const a = 1;\nimport b from 'lodash'; console.log(a, b);`)).toEqual([
      expect.stringMatching(only),
      2,
      expect.any(Number),
    ]);
    expect(refusal(`await import('lodash')`)).toEqual([expect.stringMatching(only), 1, expect.any(Number)]);
    expect(refusal(`import * as p from '__proto__'; console.log(p);`)).toEqual([
      expect.any(String),
      1,
      expect.any(Number),
    ]);
  });

  test('with wrong syntax is told so at its place', () => {
    expect(refusal('const a = 1;\nconst b = ;')).toEqual(['Unexpected token', 2, 11]);
  });
});

test('a program of megabytes is refused in one sentence', () => {
  expect(() => compile(`// ${'x'.repeat(3e6)}`)).toThrow(
    /^the playground runs programs of up to 2 million characters, got 3\.0 million$/,
  );
});

describe('messages', () => {
  test('keep every number, text and array of floats', () => {
    const float = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, Infinity, -Infinity));
    const array = fc.oneof(fc.float32Array({ maxLength: 9 }), fc.float64Array({ maxLength: 9 }));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        tie('leaf'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.string().filter((k) => k !== '__proto__'),
          tie('value'),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
      leaf: fc.oneof(
        float,
        fc.string(),
        fc.string().map((s) => `\0${s}`),
        fc.boolean(),
        fc.constant(null),
        array,
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        expect(decode(encode(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  test('of any other shape are no reports', () => {
    for (const text of [
      '',
      'x',
      '1',
      'null',
      '[]',
      '{}',
      '{"kind":"__proto__"}',
      '{"kind":"toString"}',
      '{"kind":"console"}',
    ])
      expect(reportOf(text)).toBeUndefined();
    const line = (text: unknown): string => encode({ kind: 'console', dropped: 0, lines: [{ level: 'log', text }] });
    expect(reportOf(line('a'))).toBeDefined();
    for (const wrong of [1, null, {}, 'x'.repeat(10_002)]) expect(reportOf(line(wrong))).toBeUndefined();
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => reportOf(text)).not.toThrow();
      }),
    );
  });

  test('with a trace are accepted as recorded, and refused with any id out of bounds', async () => {
    const { trace } = await record(async () => grad((x) => x.tanh().mul(x))(tensor(0.5)).item());
    expect(isTrace(decode(encode(trace)))).toBe(true);
    /** A trace whose parts may be set to anything. */
    interface Loose {
      version: unknown;
      nodes: Record<string, Record<string, unknown> & { values: { first: unknown } }> & { length: number };
      sweeps: { visits: Record<string, unknown>[] }[];
      reads: Record<string, unknown>[];
    }
    const broken = (change: (t: Loose) => void): unknown => {
      const copy = structuredClone(trace) as unknown as Loose;
      change(copy);
      return copy;
    };
    const n = trace.nodes.length;
    const wrong = [
      broken((t) => (t.version = 2)),
      broken((t) => (t.nodes[1]!.id = 0)),
      broken((t) => (t.nodes[2]!.inputs = [2])),
      broken((t) => (t.nodes[0]!.shape = [-1])),
      broken((t) => (t.nodes[0]!.values.first = Array.from({ length: 65 }, () => 0))),
      broken((t) => (t.sweeps[0]!.visits[0]!.cotangent = n)),
      broken((t) => (t.sweeps[0]!.visits[0]!.terms = ['0'])),
      broken((t) => (t.reads[0]!.node = -1)),
      broken((t) => (t.nodes = { length: 1e9 } as never)),
      broken((t) => (t.nodes[2]!.op = 'signDrop')),
      broken((t) => (t.nodes[2]!.op = 'shrink')),
      broken((t) => (t.nodes[0]!.op = 'fanOut')),
    ];
    expect(wrong.map(isTrace)).toEqual(wrong.map(() => false));
  });
});

test('the console prints values as Node does, in one line', () => {
  class Point {
    x = 1;
  }
  const values = [
    1,
    -0,
    NaN,
    'text',
    ['a', "it's"],
    [1, [2, [3]]],
    { a: 1, 'b-c': 'd' },
    new Set([7, -3]),
    new Map([['k', { v: 1 }]]),
    Float32Array.of(1, 2.5),
    12n,
    null,
    undefined,
    true,
    Symbol('s'),
    () => 1,
    function named() {},
    Point,
    new Point(),
    Object.create(null),
    [],
    {},
    tensor([1, 2]),
    /x/g,
    new Date(0),
    {
      get g() {
        return 1;
      },
    },
  ];
  const node = (value: unknown): string => inspect(value, { breakLength: Infinity, compact: true, depth: 2 });
  expect(values.map((value) => format([value]))).toEqual(values.map((value) => node([value])));
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  expect(format(cyclic)).toContain('Circular');
  expect(format(Array.from({ length: 1000 }, () => 0))).toMatch(/0, \.\.\. 900 more items \]$/);
});
