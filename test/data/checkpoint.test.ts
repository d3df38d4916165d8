import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { parseSafetensors, toSafetensors } from '../../src/data/browser.ts';
import { device, foldIn, Key, key, random, setDevice, split, tensor, vmap, Tensor } from '../../src/index.ts';
import { survives } from './fuzz.ts';

const start = device();
afterEach(async () => setDevice(start));

const bytes = (...parts: (string | ArrayLike<number>)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : Array.from(part))),
  );

/**
 * A file as the format's description says: the header's length in 8 bytes, the header, the data.
 */
const file = (header: string, data: ArrayLike<number> = []): Uint8Array =>
  bytes([header.length & 255, header.length >> 8, 0, 0, 0, 0, 0, 0], header, data);

const one = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
const oneAndTwo = new Uint8Array(Float32Array.of(1, 2).buffer);

/** A tree's leaves as plain values. */
async function plain(tree: unknown): Promise<unknown> {
  if (tree !== null && typeof tree === 'object') {
    if (tree instanceof Tensor) return tree.array();
    if (tree instanceof Key) return `key ${await random.uniform(tree).item()}`;
    if (Array.isArray(tree)) return Promise.all(tree.map(plain));
    return Object.fromEntries(
      await Promise.all(Object.entries(tree).map(async ([k, v]) => [k, await plain(v)] as const)),
    );
  }
  return tree;
}

describe('a checkpoint', () => {
  test('comes back as it was: tensors, numbers, keys, words and the form of the tree', async () => {
    const tree = {
      layers: [
        {
          w: tensor([
            [1, -2.5],
            [3, 1e-30],
          ]),
          b: tensor([0.1]),
        },
        { w: tensor([], { shape: [0, 3] }) },
      ],
      optimiser: { step: 12, rate: 0.1, best: Infinity, worst: -Infinity, last: NaN, zero: -0, moments: {}, list: [] },
      key: foldIn(key(5), 3),
      name: 'nine layers',
      done: false,
      nothing: null,
      byNumber: { 0: tensor(4), 1: tensor(5) },
      'dotted.name': tensor([7]),
    };
    const { tree: back, metadata } = await parseSafetensors(await toSafetensors(tree, { note: 'ö' }), 'a');
    expect(await plain(back)).toEqual(await plain(tree));
    expect(metadata).toEqual({ note: 'ö' });
    const { optimiser, layers } = back as typeof tree;
    expect(Object.is(optimiser.zero, -0)).toBe(true);
    expect(layers[1]!.w.shape).toEqual([0, 3]);
  });

  const leaf = fc.oneof(
    fc.array(fc.float(), { maxLength: 5 }).map((numbers) => tensor(Float32Array.from(numbers))),
    fc.double(),
    fc.boolean(),
    fc.string(),
    fc.constant(null),
    fc.nat().map((seed) => key(seed)),
  );
  const { tree: trees } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3 }),
    ),
  }));

  test('of any tree comes back as it was, or is refused because two names are one', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        let data: Uint8Array;
        try {
          data = await toSafetensors(tree);
        } catch (error) {
          expect((error as Error).message).toMatch(/^toSafetensors: names of tensors must differ/);
          return;
        }
        const { tree: back } = await parseSafetensors(data, 'a');
        expect(await plain(back)).toEqual(await plain(tree));
      }),
    );
  });

  test('keeps doubles where the device has them', async () => {
    await setDevice('reference');
    const data = await toSafetensors({ w: tensor([0.1]) });
    expect(new TextDecoder().decode(data)).toContain('"dtype":"F64"');
    const { tree } = await parseSafetensors(data, 'a');
    expect(await (tree as { w: Tensor }).w.item()).toBe(0.1);
  });

  test('is laid out as the format says: larger numbers first, then by name, header padded to 8 bytes, no gaps', async () => {
    const data = await toSafetensors({ b: tensor([1, 2]), a: tensor([[3]]) });
    const view = new DataView(data.buffer);
    const length = Number(view.getBigUint64(0, true));
    const text = new TextDecoder().decode(data.subarray(8, 8 + length));
    expect(length % 8).toBe(0);
    expect(text.trimEnd()).toBe(text.trim());
    const { __metadata__: _, ...tensors } = JSON.parse(text) as Record<string, unknown>;
    expect(tensors).toEqual({
      a: { dtype: 'F32', shape: [1, 1], data_offsets: [0, 4] },
      b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
    });
    expect([0, 4, 8].map((at) => view.getFloat32(8 + length + at, true))).toEqual([3, 1, 2]);
    expect(data.length).toBe(8 + length + 12);
  });

  test('refuses what it could not give back', async () => {
    await expect(toSafetensors({ f: Math.sin })).rejects.toThrow(
      'toSafetensors: a tree may hold tensors, numbers, keys, strings, booleans, null, arrays and plain objects, got function sin() { [native code] } at f',
    );
    await expect(toSafetensors({ a: [undefined] })).rejects.toThrow('got undefined at a.0');
    // What is written can be read again: both sides have one limit.
    const lists = (n: number): number[][] => Array.from({ length: n }, () => [1]);
    await expect(toSafetensors(lists(2 ** 17))).rejects.toThrow(
      'toSafetensors: a tree may hold at most 131072 objects and lists, got more; keep numbers in tensors',
    );
    const most = await parseSafetensors(await toSafetensors(lists(2 ** 17 - 1)), 'a');
    expect((most.tree as number[][]).length).toBe(2 ** 17 - 1);
    await expect(toSafetensors({ a: { b: tensor(1) }, 'a.b': tensor(2) })).rejects.toThrow(
      'toSafetensors: names of tensors must differ from each other and from __metadata__, got a.b again',
    );
    await expect(toSafetensors({}, { n: 1 } as never)).rejects.toThrow(
      'toSafetensors: metadata must be an object of strings, got { n }',
    );
    await expect(toSafetensors({}, { 'cotangent.tree': '' })).rejects.toThrow(
      "the metadata entry cotangent.tree is the library's own",
    );
    let seen: Promise<unknown> | undefined;
    vmap((k: Key) => {
      seen ??= toSafetensors({ k }).catch((error: Error) => error.message);
      return random.uniform(k);
    })(split(key(1), 2));
    expect(await seen).toMatch('toSafetensors: the key must be known here');
  });
});

describe('a file from elsewhere', () => {
  test('is objects and lists as its dotted names say', async () => {
    const entry = (at: number) => `{"dtype":"F32","shape":[],"data_offsets":[${at},${at + 4}]}`;
    const header = `{"layer.0.w":${entry(0)},"layer.1.w":${entry(4)},"3":${entry(8)},"__metadata__":{"format":"pt"}}  `;
    const { tree, metadata } = await parseSafetensors(
      file(header, new Uint8Array(Float32Array.of(1, 2, 3).buffer)),
      'a',
    );
    expect(await plain(tree)).toEqual({ layer: [{ w: 1 }, { w: 2 }], 3: 3 });
    expect(metadata).toEqual({ format: 'pt' });
  });

  test('may hold numbers of any of the format’s types', async () => {
    const read = async (dtype: string, data: number[], n = 1): Promise<number[]> => {
      const header = `{"w":{"dtype":"${dtype}","shape":[${n}],"data_offsets":[0,${data.length}]}}`;
      const { tree } = await parseSafetensors(file(header, data), 'a');
      return [...(await (tree as { w: Tensor }).w.data())];
    };
    expect(await read('F16', [0, 0x3c])).toEqual([1]);
    expect(await read('BF16', [0x40, 0xc0])).toEqual([-3]);
    expect(await read('F64', [...new Uint8Array(Float64Array.of(-2.5).buffer)])).toEqual([-2.5]);
    expect(await read('I64', [254, 255, 255, 255, 255, 255, 255, 255])).toEqual([-2]);
    expect(await read('U8', [200, 1], 2)).toEqual([200, 1]);
    expect(await read('BOOL', [1, 0], 2)).toEqual([1, 0]);
    expect(await read('I16', [255, 255])).toEqual([-1]);
  });

  test('with damage is refused with its name, the byte and what was expected there', async () => {
    const bad = (data: Uint8Array) => parseSafetensors(data, 'a');
    const says = (text: string) => `safetensors: a at byte ${text}`;
    await expect(bad(bytes([1, 2]))).rejects.toThrow(says("0: expected 8 bytes of the header's length, got 2"));
    await expect(bad(bytes([255, 255, 255, 255, 255, 255, 255, 255]))).rejects.toThrow(
      says("0: expected the header's length below 2^53"),
    );
    await expect(bad(file(one, oneAndTwo).subarray(0, 20))).rejects.toThrow(
      says('8: expected 54 bytes of header, got 12'),
    );
    await expect(bad(bytes('\x89PNG\r\n\x1a\n....'))).rejects.toThrow(says('0: expected'));
    await expect(bad(file('[1]'))).rejects.toThrow(says("8: expected a header that begins with '{', got byte 91"));
    await expect(bad(file('{"w":'))).rejects.toThrow(says('8: expected JSON'));
    await expect(bad(file(one, oneAndTwo.subarray(0, 7)))).rejects.toThrow(says('62: expected 8 bytes of data, got 7'));
    await expect(bad(file(one, [...oneAndTwo, 0]))).rejects.toThrow(says('62: expected 8 bytes of data, got 9'));
    await expect(bad(file(one.replace('F32', 'F99'), oneAndTwo))).rejects.toThrow(
      says('8: expected a dtype of w among F64, F32, F16'),
    );
    await expect(bad(file(one.replace('[2]', '[3]'), oneAndTwo))).rejects.toThrow(
      says('8: expected 12 bytes of w of shape [3], got 8'),
    );
    await expect(bad(file(one.replace('[0,8]', '[8,0]'), oneAndTwo))).rejects.toThrow(
      says('8: expected 8 bytes of w of shape [2], got -8'),
    );
    await expect(bad(file(one.replace('[0,8]', '[4,12]'), [...oneAndTwo, ...oneAndTwo]))).rejects.toThrow(
      says('63: expected the numbers of w without a gap or an overlap, got begin 4, not 0'),
    );
    await expect(bad(file(one.replace('[2]', '[-2]'), oneAndTwo))).rejects.toThrow(
      says('8: expected a shape of w of at most 8 sizes, got [-2]'),
    );
    await expect(bad(file('{"__metadata__":{"n":1}}'))).rejects.toThrow(
      says('8: expected metadata of strings, got {"n":1}'),
    );
    await expect(bad(file('{"__metadata__":{"cotangent.tree":"{\\"$tensor\\":\\"v\\"}"}}'))).rejects.toThrow(
      says('8: expected a tensor v, as the tree has one, got none'),
    );
    const both =
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a.b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}';
    await expect(bad(file(both, [1, 2]))).rejects.toThrow(
      says("8: expected names that make a tree, got 'a.b' below a tensor"),
    );
  });

  test('survives damage', async () => {
    await survives(file(one, oneAndTwo), (data) => parseSafetensors(data, 'small'));
    await survives(await toSafetensors({ a: [tensor([1, 2]), 3], k: key(1) }), (data) =>
      parseSafetensors(data, 'small'),
    );
  });
});
