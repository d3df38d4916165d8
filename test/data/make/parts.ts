/** Bytes one after the other: numbers are bytes, text is one byte for each character. */
export function bytes(...parts: (number | string | ArrayLike<number>)[]): Uint8Array {
  const lists = parts.map((part) =>
    typeof part === 'number' ? [part] : typeof part === 'string' ? Array.from(part, (c) => c.charCodeAt(0)) : part,
  );
  const out = new Uint8Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}

export const text = (s: string): Uint8Array => new TextEncoder().encode(s);

export const big = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
export const big16 = (n: number): number[] => [(n >>> 8) & 255, n & 255];
export const small16 = (n: number): number[] => [n & 255, (n >>> 8) & 255];
export const small32 = (n: number): number[] => big(n).reverse();
export const small64 = (n: number): number[] => [...small32(n % 2 ** 32), ...small32(Math.floor(n / 2 ** 32))];

/** Bytes of numbers as this machine has them, which is little-endian. */
export const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
