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
  faces: '0e153f33bb77f52c1318975feb73db2ca21542f1720a35c00aae731f3f1f6fe2',
  'faces 64': '22d3739d3dcfbbcd1911e8e8d5a2cd434ed7990d30dacc9595364524b51c5bfb',
  digits: '485f23c9c0eb36b14aa4c286016176af008d185480c2cd2b6fe357ce3f7f2008',
  'two digits': '099dfc9619597000d1f86c5fbd589e0a9b5976bcd695730616be286a863f426b',
  source: 'ef9403389289599e72b16b1fc9f33abff61845aef3f6cbf3a2193999097f0ed4',
  target: '8ebf872e759fd031088b8923785b76a3be08f70884c9b05c5e53881f6c3b1be9',
  test: 'b7a3368f1e8545802dbbce7a0c6ba7dcf8fe08b5d776b4afd0ecc05895bbbbc7',
};
