/**
 * The folds over axes. Each has an identity element and a function that combines two partial
 * results; a NaN that is met once stays. The functions are read as source, like those of the table
 * in elementwise.ts.
 */
export const reduce = {
  sum: { identity: 0, combine: (a: number, b: number) => a + b },
  prod: { identity: 1, combine: (a: number, b: number) => a * b },
  max: { identity: -Infinity, combine: (a: number, b: number) => (a > b ? a : a === a ? b : a) },
  min: { identity: Infinity, combine: (a: number, b: number) => (a < b ? a : a === a ? b : a) },
} as const;

export type ReduceKind = keyof typeof reduce;
