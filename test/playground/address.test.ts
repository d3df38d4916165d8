import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceNames, readAddress, rooms, tabs, writeAddress } from '../../examples/playground/state/address.ts';
import { pack, unpack } from '../../examples/playground/state/packed.ts';
import { long } from '../support/long.ts';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const text = fc.string({ unit: 'grapheme', maxLength: 2000 });
const isWhole = (s: string): boolean => !/\p{Surrogate}/u.test(s);
const whole = fc.nat(1e6);
const key = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((k) => !['c', 's', 'n', 't', 'd', 'b', 'l', 'i', '__proto__'].includes(k));

test('what is written to an address is read from it', () => {
  const address = fc.record(
    {
      room: fc.constantFrom(...rooms),
      program: text.filter(isWhole),
      sample: text.filter(isWhole),
      spot: fc.record({ line: whole, column: whole, nth: whole }),
      step: whole,
      device: fc.constantFrom(...deviceNames),
      bookmark: fc.tuple(fc.constantFrom('read', 'sweep'), fc.nat(999_999), fc.nat(999_999)).map((b) => b.join(':')),
      level: fc.nat(99),
      tab: fc.constantFrom(...tabs),
      others: fc.dictionary(key.filter(isWhole), text.filter(isWhole), { noNullPrototype: true }),
    },
    { requiredKeys: ['room', 'others'] },
  );
  fc.assert(
    fc.property(address, (given) => {
      const { others, ...read } = readAddress(`#${writeAddress(given)}`);
      const { others: wanted, ...own } = given;
      expect(read).toEqual(own);
      expect({ ...others }).toEqual(wanted);
    }),
  );
});

test('hostile addresses are read without an exception, and name a room', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map(base64url);
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    bytes,
    bytes.map((b) => `c=${b}`),
    fc.uint8Array({ maxLength: 300 }).map((b) => `c=${base64url(deflateSync(b))}`),
    fc.constantFrom('v1/', 'v2/', 'v99999999999999/', 'workbench', 'figure-1', '?', '&', '#', '%', '%E0%A4%A', '+'),
    fc.constantFrom(
      's=__proto__',
      '__proto__=1',
      'constructor=x',
      'n=1:2:3',
      'n=-1:NaN:1e9',
      't=Infinity',
      'd=__proto__',
      'b=__proto__',
      'b=read:1:1e9',
      'l=-1',
      'l=100',
      'i=__proto__',
    ),
  );
  const hash = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(hash, (given) => {
      const { room, step = 0, device, spot, problem = '' } = readAddress(given);
      expect(rooms).toContain(room);
      expect(Number.isSafeInteger(step) && step >= 0).toBe(true);
      if (device !== undefined) expect(deviceNames).toContain(device);
      if (spot) expect(Object.values(spot).every(Number.isSafeInteger)).toBe(true);
      expect(problem).not.toContain('\n');
    }),
    { numRuns: long ? 10_000 : 1000 },
  );
  expect(({} as Record<string, unknown>)[1]).toBeUndefined();
});

test('a program of 64 KB is read, and one byte more is refused', () => {
  const largest = 'x'.repeat(64 * 1024);
  expect(unpack(pack(largest))).toBe(largest);
  expect(unpack(pack(`${largest}x`))).toBeUndefined();
  expect(writeAddress({ room: 'workbench', program: `${largest}x`, others: {} })).toBe('workbench');
});

test('a text that grows to ten megabytes is refused before it has grown', () => {
  const bomb = pack('0'.repeat(10 * 2 ** 20));
  expect(bomb.length).toBeLessThan(2 ** 15);
  const before = process.memoryUsage().arrayBuffers;
  const { room, problem } = readAddress(`#v1/workbench?c=${bomb}`);
  expect({ room, problem }).toEqual({
    room: 'figure-1',
    problem: 'The program in the link cannot be read; it is damaged, or above 64 KB.',
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5 * 2 ** 20);
});

test('what cannot be read is told in one sentence, and leads to the front page', () => {
  const told = (hash: string): string | undefined => {
    const { room, problem } = readAddress(hash);
    expect(room).toBe('figure-1');
    return problem;
  };
  expect(told('#v2/workbench?x=1')).toBe('The link is of version 2; this page reads version 1.');
  expect(told('#v1/kitchen')).toBe('The link names a room that this page does not have.');
  expect(told('#v1/workbench?c=%%%')).toMatch(/^The program in the link cannot be read/);
  expect(told(`#v1/workbench?c=${pack('const a = 1;').slice(0, -3)}`)).toMatch(/^The program in the link cannot be/);
  expect(told('#'.padEnd(2_000_000, 'a'))).toBe('The link is too long to be read.');
  expect(readAddress('').problem).toBeUndefined();
});
