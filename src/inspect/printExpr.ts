import { memo } from '../graph/memo.ts';
import type { Expr } from '../graph/scalar.ts';

/** The operators of two operands, with their powers: a greater one binds more tightly. */
const operators: Readonly<Record<string, readonly [sign: string, power: number]>> = {
  or: ['||', 2],
  and: ['&&', 3],
  equal: ['===', 4],
  notEqual: ['!==', 4],
  less: ['<', 5],
  lessEqual: ['<=', 5],
  greater: ['>', 5],
  greaterEqual: ['>=', 5],
  add: ['+', 6],
  sub: ['-', 6],
  mul: ['*', 7],
  div: ['/', 7],
  mod: ['%', 7],
};
const [choice, unary, atom] = [1, 8, 9];

type Printed = readonly [text: string, power: number];

/** The most characters of a text. A function of 30 lines may stand for one of 2³⁰ operations. */
const longest = 2000;

/**
 * Returns the text of an expression and the power of its outermost operator. `done` has the texts
 * of the parts so far.
 */
function print(e: Expr, names: readonly string[], done: Map<Expr, Printed>): Printed {
  const printed = memo(done, e, () => printNew(e, names, done));
  return printed[0].length > longest ? ['…', atom] : printed;
}

function printNew(e: Expr, names: readonly string[], done: Map<Expr, Printed>): Printed {
  const inner = (x: Expr, least: number): string => {
    const [text, power] = print(x, names, done);
    return power < least ? `(${text})` : text;
  };
  if (e.kind === 'number') return [String(e.value), e.value < 0 ? unary : atom];
  if (e.kind === 'param') return [names[e.index]!, atom];
  const [a, b, c] = e.args as [Expr, Expr, Expr];
  const name = e.name.replace('op.', '');
  const operator = operators[name];
  if (operator && e.args.length === 2) {
    const [sign, power] = operator;
    return [`${inner(a, power)} ${sign} ${inner(b, power + 1)}`, power];
  }
  if (name === 'neg') return [`-${inner(a, unary + 1)}`, unary];
  if (name === 'not') return [`!${inner(a, unary + 1)}`, unary];
  if (name === 'where') return [`${inner(a, choice + 1)} ? ${inner(b, choice)} : ${inner(c, choice)}`, choice];
  return [`${name}(${e.args.map((x) => inner(x, 0)).join(', ')})`, atom];
}

/**
 * Returns an expression as ordinary arithmetic, with these names for its parameters. A part that
 * appears in several places is written out in each; one of more than 2 000 characters is `…`.
 */
export const printExpr = (e: Expr, names: readonly string[]): string => print(e, names, new Map())[0];

/** The names of the inputs of an elementwise operation, as the table of operations writes them. */
export const inputNames = (arity: number): readonly string[] => (arity === 1 ? ['x'] : ['a', 'b', 'c'].slice(0, arity));
