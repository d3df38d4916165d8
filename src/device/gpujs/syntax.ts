import type { Fold } from '../../kernel/code.ts';

/** JavaScript writes these operations between their operands. */
export const infix: Record<string, string> = { add: '+', sub: '-', mul: '*', div: '/' };
/** JavaScript writes these between their operands, too; they give a truth value. */
export const conditions: Record<string, string> = {
  equal: '===',
  notEqual: '!==',
  less: '<',
  lessEqual: '<=',
  greater: '>',
  greaterEqual: '>=',
  and: '&&',
  or: '||',
};

/** Writes the statement that takes one more value into a fold's accumulator. */
export const accumulate = (by: Fold['by'], acc: string, text: string): string => {
  if (by === 'sum' || by === 'prod') return `${acc} = ${acc} ${by === 'sum' ? '+' : '*'} ${text};`;
  // A NaN, once met, stays.
  const better = by === 'max' ? '>' : '<';
  return `${acc} = (${acc} ${better} ${text}) ? ${acc} : ((${acc} === ${acc}) ? ${text} : ${acc});`;
};
