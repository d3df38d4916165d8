const isInexact = (x: unknown): boolean => typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0));

/** Returns JSON that also keeps the values that JSON lacks: NaN, ±∞ and −0. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => (isInexact(x) ? { $number: Object.is(x, -0) ? '-0' : String(x) } : x));

/** Returns the value of a text of `exactJson`. */
export const parseExactJson = (text: string): unknown =>
  JSON.parse(text, (_, x: unknown) => (typeof x === 'object' && x !== null && '$number' in x ? Number(x.$number) : x));
