const isInexact = (x: unknown): boolean => typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0));

/** JSON that keeps what JSON has no form for: NaN, ±∞ and −0. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => (isInexact(x) ? { $number: Object.is(x, -0) ? '-0' : String(x) } : x));

/** What a text of `exactJson` stands for. */
export const parseExactJson = (text: string): unknown =>
  JSON.parse(text, (_, x: unknown) => (typeof x === 'object' && x !== null && '$number' in x ? Number(x.$number) : x));
