/**
 * The folds over axes. Each has an identity element and a function that combines two partial
 * results.
 */
export const reduce = {
  sum: { identity: 0, combine: (a: number, b: number) => a + b },
  prod: { identity: 1, combine: (a: number, b: number) => a * b },
  max: { identity: -Infinity, combine: (a: number, b: number) => (a !== a || a > b ? a : b) },
  min: { identity: Infinity, combine: (a: number, b: number) => (a !== a || a < b ? a : b) },
} as const;

export type ReduceKind = keyof typeof reduce;
