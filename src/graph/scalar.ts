import { logByBits, twoTo } from '../../kernels/special.ts';
import { elementwise, type ElementwiseName, type Entry, type Scalar } from '../../kernels/elementwise.ts';
import { memo } from './memo.ts';

/** A scalar expression. A shared object stands for a `const`: it is computed once. */
export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'param'; readonly index: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] };

const binaryOperators: Record<string, readonly [power: number, name: string]> = {
  '||': [1, 'or'],
  '&&': [2, 'and'],
  '===': [3, 'equal'],
  '!==': [3, 'notEqual'],
  '==': [3, 'equal'],
  '!=': [3, 'notEqual'],
  '<': [4, 'less'],
  '<=': [4, 'lessEqual'],
  '>': [4, 'greater'],
  '>=': [4, 'greaterEqual'],
  '+': [5, 'add'],
  '-': [5, 'sub'],
  '*': [6, 'mul'],
  '/': [6, 'div'],
  '%': [6, 'mod'],
};
const unaryPower = 7;

const number = (value: number): Expr => ({ kind: 'number', value });
const call = (name: string, ...args: Expr[]): Expr => ({ kind: 'call', name, args });

const token =
  /\s*(?:(0x[\da-f]+|\d*\.?\d+(?:e[+-]?\d+)?|\d+\.)|([A-Za-z_$][\w$]*)|(=>|[=!]==?|[<>]=?|&&|\|\||[-+*/%!?:(){},;.=]))/giy;

function tokenize(source: string): string[] {
  const text = source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ').trim();
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`internal: a scalar function must be plain arithmetic, got ${text.slice(at)}`);
    tokens.push((match[1] ?? match[2] ?? match[3])!);
  }
  return tokens;
}

/** Folds what minifiers write for Infinity, −1 and false: 1/0, −(1), !1. */
function fold(name: string, args: readonly Expr[]): Expr {
  const [a, b] = args;
  if (a?.kind === 'number' && name === 'neg') return number(-a.value);
  if (a?.kind === 'number' && name === 'not') return number(a.value === 0 ? 1 : 0);
  if (a?.kind === 'number' && b?.kind === 'number' && name === 'div') return number(a.value / b.value);
  return call(name, ...args);
}

/**
 * The expression of an arrow function, from its source. Reading source keeps an operation one line
 * of ordinary arithmetic; it survives bundlers, because only Math and properties are named, and
 * names of parameters do not matter.
 */
export function parseScalar(f: (...args: never[]) => number | boolean): Expr {
  const tokens = tokenize(f.toString());
  const scope = new Map<string, Expr>();
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const next = (): string => tokens[at++] ?? '';
  const fail = (wanted: string): never => {
    throw new Error(`internal: expected ${wanted} in ${f.toString()}, got ${tokens[at - 1] ?? 'the end'}`);
  };
  const take = (wanted: string): void => void (next() === wanted || fail(wanted));
  const has = (wanted: string): boolean => peek() === wanted && ++at > 0;

  function args(): Expr[] {
    const list: Expr[] = [];
    while (!has(')')) {
      list.push(expression());
      if (peek() !== ')') take(',');
    }
    return list;
  }

  function primary(): Expr {
    const t = next();
    if (/^[\d.]/.test(t)) return number(Number(t));
    if (t === '(') {
      const inner = expression();
      take(')');
      return inner;
    }
    if (t === 'NaN') return number(NaN);
    if (t === 'Infinity') return number(Infinity);
    if (has('.')) {
      const name = next();
      if (has('(')) return call(t === 'Math' ? name : `op.${name}`, ...args());
      return number((Math as unknown as Record<string, number>)[name] ?? fail('a constant of Math'));
    }
    return scope.get(t) ?? fail('a parameter');
  }

  function unary(): Expr {
    if (has('-')) return fold('neg', [binary(unaryPower)]);
    if (has('+')) return binary(unaryPower);
    if (has('!')) return fold('not', [binary(unaryPower)]);
    return primary();
  }

  function binary(power: number): Expr {
    let left = unary();
    for (;;) {
      const operator = binaryOperators[peek() ?? ''];
      if (!operator || operator[0] < power) return left;
      next();
      left = fold(operator[1], [left, binary(operator[0] + 1)]);
    }
  }

  function expression(): Expr {
    const condition = binary(0);
    if (!has('?')) return condition;
    const yes = expression();
    take(':');
    return call('where', condition, yes, expression());
  }

  const names: string[] = [];
  if (has('(')) {
    while (!has(')')) {
      names.push(next());
      if (peek() !== ')') take(',');
    }
  } else names.push(next());
  names.forEach((name, index) => scope.set(name, { kind: 'param', index }));
  take('=>');
  if (!has('{')) return expression();
  while (!has('return')) {
    if (!/^(const|let|var)$/.test(next())) fail('const or return');
    do {
      const name = next();
      take('=');
      scope.set(name, expression());
    } while (has(','));
    has(';');
  }
  return expression();
}

const parsed = new WeakMap<object, Expr>();

/** Gives the expression of a function, whose source is read once. */
export const expressionOf = (f: (...args: number[]) => number | boolean): Expr => memo(parsed, f, () => parseScalar(f));

/** Evaluates an expression for numbers; `op.name` is the table's own function. */
export function evaluate(e: Expr, params: readonly number[], known = new Map<Expr, number>()): number {
  if (e.kind === 'number') return e.value;
  if (e.kind === 'param') return params[e.index]!;
  const f = elementwise[e.name.replace('op.', '') as ElementwiseName].value as Scalar;
  return memo(known, e, () => f(...e.args.map((a) => evaluate(a, params, known))));
}

/** Kernel forms call these, which are no entries of the table; see kernels/special.ts. */
const primitives: ReadonlySet<string> = new Set(['timesTwoTo', 'exponentOf']);

/**
 * An expression as kernels compute it: calls of the table's entries, `op.name`, are replaced by
 * their kernel forms. Parameters become `params`, if these are given; sharing is kept.
 */
export function inlined(e: Expr, params?: readonly Expr[], known = new Map<Expr, Expr>()): Expr {
  if (e.kind === 'number') return e;
  if (e.kind === 'param') return params?.[e.index] ?? e;
  return memo(known, e, () => {
    const args = e.args.map((a) => inlined(a, params, known));
    const name = e.name.replace('op.', '');
    const isPlain = name === e.name || primitives.has(name);
    return isPlain ? call(name, ...args) : inlined(kernelExpr(name as ElementwiseName), args);
  });
}

const kernels = new Map<ElementwiseName, Expr>();

/** Gives the expression that kernels compute for a table entry: its kernel form, else its value. */
export function kernelExpr(name: ElementwiseName): Expr {
  const entry: Entry = elementwise[name];
  return memo(kernels, name, () => inlined(parseScalar(entry.kernel ?? entry.value)));
}

/** 2ⁿ in arithmetic, for devices that have no other way; see kernels/special.ts. */
export const twoToExpr: Expr = inlined(parseScalar(twoTo));

/** log x for devices that read exponents as bits; see kernels/special.ts. */
export const logByBitsExpr: Expr = inlined(parseScalar(logByBits));
