import { logByBits, twoTo } from '../../kernels/special.ts';
import { elementwise, type ElementwiseName, type Entry, type Scalar } from '../../kernels/elementwise.ts';
import { memo } from './memo.ts';

/**
 * A scalar expression. An object that appears in several places stands for a `const`, which is
 * computed once.
 */
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

/** Makes a call, but folds 1/0, −(1) and !1, which minifiers write for Infinity, −1 and false. */
function fold(name: string, args: readonly Expr[]): Expr {
  const [a, b] = args;
  if (a?.kind === 'number' && name === 'neg') return number(-a.value);
  if (a?.kind === 'number' && name === 'not') return number(a.value === 0 ? 1 : 0);
  if (a?.kind === 'number' && b?.kind === 'number' && name === 'div') return number(a.value / b.value);
  return call(name, ...args);
}

/**
 * Parses the source of an arrow function into an expression. Because source is read, an operation
 * is one line of ordinary arithmetic. Bundlers do not break it: only Math and properties are named,
 * and the names of parameters do not matter. Throws an internal error for source that is not
 * arithmetic.
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

  /** Reads items between commas, up to the closing bracket. */
  function list<T>(item: () => T): T[] {
    const items: T[] = [];
    while (!has(')')) {
      items.push(item());
      if (peek() !== ')') take(',');
    }
    return items;
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
      if (has('(')) return call(t === 'Math' ? name : `op.${name}`, ...list(expression));
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

  const names = has('(') ? list(next) : [next()];
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

/** Returns the expression of a function. The source is parsed once. */
export const expressionOf = (f: (...args: number[]) => number | boolean): Expr => memo(parsed, f, () => parseScalar(f));

/** Evaluates an expression for the given parameters. `op.name` calls the table's value function. */
export function evaluate(e: Expr, params: readonly number[], known = new Map<Expr, number>()): number {
  if (e.kind === 'number') return e.value;
  if (e.kind === 'param') return params[e.index]!;
  const f = elementwise[e.name.replace('op.', '') as ElementwiseName].value as Scalar;
  return memo(known, e, () => f(...e.args.map((a) => evaluate(a, params, known))));
}

/**
 * Functions that kernel forms may call although the table has no entry for them; see
 * kernels/special.ts.
 */
const primitives: ReadonlySet<string> = new Set(['timesTwoTo', 'exponentOf']);

/**
 * Returns e as kernels compute it. A call `op.name` of the elementwise table becomes the expression
 * that kernels compute for the entry `name`: its kernel form, or its value if it has none. All
 * other calls stay, as do `timesTwoTo` and `exponentOf`, which lose the prefix `op.`. Parameter i
 * becomes `params[i]`, if given. `known` holds the results so far, so that a shared part stays
 * shared.
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

/**
 * Returns the expression that kernels compute for a table entry: its kernel form, or its value if
 * it has none.
 */
export function kernelExpr(name: ElementwiseName): Expr {
  const entry: Entry = elementwise[name];
  return memo(kernels, name, () => inlined(parseScalar(entry.kernel ?? entry.value)));
}

/** 2ⁿ in arithmetic, for devices that cannot write exponents as bits; see kernels/special.ts. */
export const twoToExpr: Expr = inlined(parseScalar(twoTo));

/** log x, for devices that can read exponents as bits; see kernels/special.ts. */
export const logByBitsExpr: Expr = inlined(parseScalar(logByBits));
