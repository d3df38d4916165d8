import type { Fold } from '../../kernel/code.ts';

/** Operations that JavaScript writes between their operands. */
export const infix: Record<string, string> = { add: '+', sub: '-', mul: '*', div: '/' };
/** Operations that JavaScript writes between their operands and that give truth values. */
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

/** Returns the statement that combines one more value into a fold's accumulator. */
export const accumulate = (by: Fold['by'], acc: string, text: string): string => {
  if (by === 'sum' || by === 'prod') return `${acc} = ${acc} ${by === 'sum' ? '+' : '*'} ${text};`;
  // A NaN that is met once stays.
  const better = by === 'max' ? '>' : '<';
  return `${acc} = (${acc} ${better} ${text}) ? ${acc} : ((${acc} === ${acc}) ? ${text} : ${acc});`;
};
