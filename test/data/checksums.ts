import { digits, faces, transferPair, twoDigits, type Dataset } from '../../src/data/browser.ts';
import { key } from '../../src/index.ts';

const pair = transferPair({ key: key(2020), sourceSize: 60, targetSize: 30, testSize: 30 });

/** A little of each made world. */
const worlds: Readonly<Record<string, Dataset>> = {
  faces: faces({ key: key(2020), size: 60 }),
  'faces 64': faces({ key: key(2020), size: 12, pixels: 64 }),
  digits: digits({ key: key(2020), size: 60 }),
  'two digits': twoDigits({ key: key(2020), size: 60 }),
  source: pair.source,
  target: pair.target,
  test: pair.test,
};

/** The SHA-256 of all bytes of each world, by its name. */
export async function checksums(): Promise<Record<string, string>> {
  const sums = Object.entries(worlds).map(async ([name, world]) => {
    const columns = await world.rows(Array.from({ length: world.size }, (_, i) => i));
    const parts = Object.values(columns).map(({ data }) => Uint8Array.from(data));
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
    return [name, Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('')] as const;
  });
  return Object.fromEntries(await Promise.all(sums));
}

/** Computed once: no other process, machine or engine may find anything else. */
export const known: Readonly<Record<string, string>> = {
  faces: '075293af07a2eff5d7be0b1d2603c282d594f0a684507dda8938a1face1d23fc',
  'faces 64': '4fde806e4c300aa03b00b33f1da01f89bfbfb15789fa902779a0dbb29ac4e7e8',
  digits: '485f23c9c0eb36b14aa4c286016176af008d185480c2cd2b6fe357ce3f7f2008',
  'two digits': '099dfc9619597000d1f86c5fbd589e0a9b5976bcd695730616be286a863f426b',
  source: '5091fbf94f5fc46cd4244ce364bc63cd756afaffcc77b997b5281c982cae1c88',
  target: '3f8e2320d3fcb559bb9ffb6a3fefd6350b5448affb3e95e638e0e763173d503f',
  test: '059621984d78b626f51fb2200f91da3b44d0884b967ca24b6c02f05d1e4ceaa4',
};
