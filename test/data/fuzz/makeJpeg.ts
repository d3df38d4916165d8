import { adobe, exif, flat, photograph, segment, withSegments } from '../make/jpeg.ts';
import { big16, bytes } from '../make/parts.ts';
import type { Random } from './random.ts';

/** Markers, and what begins segments. */
export const jpegWords: readonly string[] = [
  '\xff\xd8',
  '\xff\xd9',
  '\xff\xda',
  '\xff\xd0',
  '\xff\xd1',
  '\xff\xc0',
  '\xff\xc2',
  '\xff\xc4',
  '\xff\xdb',
  '\xff\xdd',
  '\xff\x00',
  '\xff\xff',
  'Adobe',
  'Exif\0\0',
];

const seeds = [
  photograph(8, 8, (x, y) => [20 * x, 30 * y, 100]),
  photograph(20, 13, (x, y) => [10 * x, 15 * y, 100], 50),
  flat(9, 17, [90]),
  flat(16, 8, [30, 140, 200], [adobe(0)]),
  flat(8, 8, [30, 140, 200, 90], [adobe(2)]),
];

/** A Huffman table that is whole or nearly: how many words of each length, and some symbols. */
function words(random: Random, kind: number): Uint8Array {
  const counts: number[] = [];
  let free = 1;
  for (let length = 1; length <= 16; length++) {
    free = 2 * free;
    const count = Math.min(random.below(free + 1), 20);
    counts.push(count);
    free = Math.min(free - count, 1000);
  }
  const symbols = counts.flatMap((n) =>
    Array.from({ length: n }, () => (random.chance(0.9) ? random.below(kind >> 4 ? 256 : 12) : random.below(256))),
  );
  return segment(0xc4, kind, counts, symbols.slice(0, 255 + 1));
}

/** Bits of a scan: each byte 0xff is followed by 0, and restart markers may be among them. */
const entropy = (random: Random): number[] =>
  Array.from({ length: random.below(200) }, () => random.next() & 255).flatMap((b, i) =>
    b === 255 ? [255, 0] : random.chance(0.01) ? [255, 0xd0 + (i % 8)] : [b],
  );

/** A picture of the grammar of ITU-T T.81, annex B, with tables and scans of any kind. */
function written(random: Random): Uint8Array {
  const progressive = random.chance(0.5);
  const count = random.pick([1, 3, 3, 4, 2]);
  const sampling = (): number => random.pick([0x11, 0x11, 0x22, 0x21, 0x12, 0x41, 0x31, 0x44, 0x01]);
  const ids = random.chance(0.1) ? [82, 71, 66, 65] : [1, 2, 3, 4];
  const [height, width] = [1 + random.size(40), 1 + random.size(40)];
  const scan = (): Uint8Array => {
    const first = random.chance(0.4);
    const planes = first && random.chance(0.7) ? ids.slice(0, count) : [random.pick(ids)];
    const from = first ? 0 : 1 + random.below(20);
    const shift = random.below(3);
    const bits = random.chance(0.5) ? shift : (shift + 1) * 16 + shift;
    const range = progressive ? [from, first ? 0 : Math.min(63, from + random.below(64)), bits] : [0, 63, 0];
    return bytes(
      segment(0xda, planes.length, ...planes.map((id) => [id, random.pick([0, 0x11])]), ...range),
      entropy(random),
    );
  };
  return bytes(
    [0xff, 0xd8],
    ...(random.chance(0.2) ? [segment(0xe0, 'JFIF', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0)] : []),
    ...(random.chance(0.4) ? [adobe(random.below(4))] : []),
    ...(random.chance(0.3) ? [exif(random.size(9) & 255, random.chance(0.5))] : []),
    segment(
      0xdb,
      0,
      Array.from({ length: 64 }, () => 1 + random.below(30)),
    ),
    segment(
      progressive ? 0xc2 : random.pick([0xc0, 0xc1]),
      8,
      big16(height),
      big16(width),
      count,
      ...ids.slice(0, count).map((id) => [id, sampling(), 0]),
    ),
    ...[0, 0x10, 1, 0x11].map((kind) => words(random, kind)),
    ...(random.chance(0.3) ? [segment(0xdd, big16(random.size(4)))] : []),
    ...Array.from({ length: 1 + random.below(4) }, scan),
    [0xff, 0xd9],
    random.bytes(random.below(3)),
  );
}

/** A file of an encoder, with segments of others put in, or one that is written by the grammar. */
export function makeJpeg(random: Random): Uint8Array {
  if (random.chance(0.5)) return written(random);
  const seed = random.pick(seeds);
  const more = [adobe(random.below(3)), exif(random.below(10), random.chance(0.5)), segment(0xfe, 'a comment')];
  return withSegments(seed, ...more.filter(() => random.chance(0.3)));
}
