import { elementwise as table, type Entry, type Scalar } from '../../kernels/elementwise.ts';
import type { Apply } from '../../kernels/graddrop.ts';
import { memo } from '../graph/memo.ts';
import { expressionOf, logByBitsExpr, twoToExpr, type Expr } from '../graph/scalar.ts';
import { call, isTruth, num, type Code } from './code.ts';

/**
 * Makes the code of a scalar expression of the table. Shared parts stay shared. `bits` says that
 * the device reads and writes exponents as bits.
 */
export function instantiate(e: Expr, params: readonly Code[], bits: boolean, done = new Map<Expr, Code>()): Code {
  if (e.kind === 'number') return num(e.value);
  if (e.kind === 'param') return params[e.index]!;
  return memo(done, e, () => {
    const args = e.args.map((a) => instantiate(a, params, bits, done));
    if (e.name === 'timesTwoTo' && !bits) return timesTwoTo(args[0]!, args[1]!);
    if (e.name === 'log' && bits) return instantiate(logByBitsExpr, args, bits);
    return evaluated(e.name, ...args);
  });
}

/** Returns the function that applies functions of numbers to codes; see `Apply`. */
export const applied =
  (bits: boolean): Apply<Code> =>
  (f, ...xs) => {
    const params = xs.map((x) => (typeof x === 'number' ? num(x) : x));
    return instantiate(expressionOf(f), params, bits);
  };

/**
 * Returns p·2ⁿ in arithmetic. It multiplies by two powers of about half the exponent, so that
 * neither overflows.
 */
function timesTwoTo(p: Code, n: Code): Code {
  const half = call('floor', call('mul', num(0.5), n));
  const factor = (k: Code): Code => instantiate(twoToExpr, [k], false);
  return call('mul', call('mul', p, factor(half)), factor(call('sub', n, half)));
}

const ofMath = Math as unknown as Readonly<Record<string, Scalar | undefined>>;
const ofTable: Readonly<Record<string, Entry | undefined>> = table;

/**
 * Makes a call. If all arguments are numbers, computes it instead, by JavaScript's Math or the
 * table of operations: WGSL refuses to compile 1/0 and the logarithm of 0.
 */
function evaluated(name: string, ...args: Code[]): Code {
  const made = call(name, ...args);
  if (!args.every((a) => a.kind === 'number')) return plainer(name, args) ?? made;
  const f = ofMath[name] ?? ofTable[name]?.value;
  return f && !isTruth(made) ? num(f(...args.map((a) => a.value))) : made;
}

/**
 * Simplifies a call, or returns undefined. 1 · b is b. For a truth value a, a ≠ 0 is a, a = 0 is
 * not a, and a choice by not a is the choice by a with exchanged branches.
 */
function plainer(name: string, [a, b, c]: readonly Code[]): Code | undefined {
  if (name === 'mul' && a?.kind === 'number' && a.value === 1) return b;
  if (!isTruth(a!)) return undefined;
  if (b?.kind === 'number' && b.value === 0) {
    if (name === 'notEqual') return a;
    if (name === 'equal') return a.name === 'not' ? a.args[0] : call('not', a);
  }
  return name === 'where' && a.name === 'not' ? call('where', a.args[0]!, c!, b!) : undefined;
}
