import { describe, expect, test } from 'vitest';
import { elementwise as table, type ElementwiseName } from '../../kernels/elementwise.ts';
import { evaluate, inlined, kernelExpr, parseScalar, type Expr } from '../../src/graph/scalar.ts';

/** An expression as nested calls. */
function show(e: Expr, names: readonly string[]): string {
  if (e.kind === 'call') return `${e.name}(${e.args.map((a) => show(a, names)).join(', ')})`;
  return e.kind === 'number' ? String(e.value) : names[e.index]!;
}
const text = (f: (...args: never[]) => number, ...names: string[]): string => show(parseScalar(f), names);

describe('scalar functions read from source', () => {
  test('keep the precedence of arithmetic', () => {
    expect(text((a: number, b: number, c: number) => a + b * c - a / (b - c), 'a', 'b', 'c')).toBe(
      'sub(add(a, mul(b, c)), div(a, sub(b, c)))',
    );
    expect(text((a: number, b: number) => -(a + b) * 2, 'a', 'b')).toBe('mul(neg(add(a, b)), 2)');
    expect(text((a: number, b: number) => a - (b - 1), 'a', 'b')).toBe('sub(a, sub(b, 1))');
  });

  test('read ternaries, comparisons and Math', () => {
    expect(text((x: number) => (x > 0 ? Math.exp(x) : x === 0 ? 1 : 2), 'x')).toBe(
      'where(greater(x, 0), exp(x), where(equal(x, 0), 1, 2))',
    );
    expect(text((x: number) => Math.PI * x, 'x')).toBe(`mul(${Math.PI}, x)`);
  });

  test('share what a const names', () => {
    const body = parseScalar((x: number) => {
      const z = x * x;
      return z + z;
    });
    expect(body).toMatchObject({ kind: 'call', name: 'add' });
    if (body.kind === 'call') expect(body.args[0]).toBe(body.args[1]);
  });

  test('compute what is shared once', () => {
    let e: Expr = { kind: 'param', index: 0 };
    for (let i = 0; i < 60; i++) e = { kind: 'call', name: 'op.add', args: [e, e] };
    expect(evaluate(e, [3])).toBe(3 * 2 ** 60);
    expect(inlined(e)).toMatchObject({ kind: 'call', name: 'add' });
  });

  test('survive what minifiers make of them', () => {
    const minified = [
      ['x=>1/0', Infinity],
      ['x=>-1/0', -Infinity],
      ['x=>0x10000000000000000', 2 ** 64],
      ['(e)=>{const t=e*e,n=2;return t+n}', undefined],
      ['t=>{let e=t;return e<.5?1e-3:.25}', undefined],
    ] as const;
    for (const [source, value] of minified) {
      const body = parseScalar({ toString: () => source } as () => number);
      if (value !== undefined) expect(body).toEqual({ kind: 'number', value });
      else expect(body.kind).toBe('call');
    }
  });

  test('that are more than arithmetic are refused', () => {
    expect(() => parseScalar((x: number) => Number([x]))).toThrow(
      'internal: a scalar function must be plain arithmetic',
    );
    const outside = 3;
    expect(() => parseScalar((x: number) => x + outside)).toThrow('internal: expected a parameter');
  });

  test('every kernel form is arithmetic of Math alone', () => {
    const known = new Set<Expr>();
    const visit = (e: Expr): void => {
      if (e.kind !== 'call' || known.has(e)) return;
      known.add(e);
      expect(e.name).not.toMatch(/op\.|undefined/);
      e.args.forEach(visit);
    };
    for (const name of Object.keys(table) as ElementwiseName[]) visit(kernelExpr(name));
    expect(known.size).toBeGreaterThan(Object.keys(table).length);
  });
});
