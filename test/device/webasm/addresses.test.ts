import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { storageOf } from '../../../src/device/storage.ts';
import { heap } from '../../../src/device/webasm/heap.ts';
import {
  avgPool2d,
  concat,
  conv2d,
  convTranspose2d,
  cumsum,
  gather,
  matmul,
  setDevice,
  softmax,
  tensor,
  type Tensor,
} from '../../../src/index.ts';

/**
 * The first block that anyone takes is the lowest there can be; the last ends where the memory
 * does.
 */
const room = 2 ** 20;
const places = { lowest: 0, highest: 0 };

beforeAll(async () => {
  places.lowest = heap().take(room);
  expect(places.lowest).toBe(64);
  const { memory, maximum } = heap();
  const end = 2 ** 16 * maximum;
  const most = end - memory.buffer.byteLength;
  const at = heap().take(most);
  // What is left is one block, at the end; results go where the large one was.
  const left = heap().free;
  expect(heap().take(left) + left).toBe(end - 64);
  heap().give(at, most);
  places.highest = end - 64;
  await setDevice('webasm');
});

const whole = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => (i * 7919) % 1013);

/** A tensor whose numbers lie right behind the heap's beginning, or right before its end. */
function lying(data: Float32Array, shape: readonly number[], where: keyof typeof places): Tensor {
  const x = tensor(data, { shape });
  const bytes = 16 * Math.ceil(data.length / 4);
  const handle = where === 'lowest' ? places.lowest : places.highest - bytes;
  heap().floats.set(data, handle / 4);
  (storageOf(x.node) as unknown as { moveTo(r: object): void }).moveTo({
    device: 'webasm',
    handle,
    free: () => undefined,
  });
  return x;
}

/** What only moves numbers: each takes rows and columns of any sizes and gives rows and columns. */
const movements: Record<string, (x: Tensor) => Tensor> = {
  'rows flipped': (x) => x.flip({ axis: 0 }),
  'columns flipped': (x) => x.flip({ axis: 1 }),
  'both flipped': (x) => x.flip(),
  transposed: (x) => x.transpose(),
  'without the first row': (x) => x.slice([1]),
  'without the last columns': (x) => x.slice([0, 0], [x.shape[0]!, Math.ceil(x.shape[1]! / 2)]),
  padded: (x) =>
    x.pad([
      [1, 2],
      [3, 1],
    ]),
  'rows laid below': (x) => concat([x, x]),
  'columns laid beside': (x) => concat([x, x.mul(2)], { axis: 1 }),
  repeated: (x) =>
    x
      .unsqueeze(1)
      .broadcastTo([x.shape[0]!, 2, x.shape[1]!])
      .reshape([2 * x.shape[0]!, x.shape[1]!]),
  reshaped: (x) => x.reshape([x.shape[1]!, x.shape[0]!]),
  gathered: (x) => gather(x, tensor([x.shape[0]! - 1, 0]), { axis: 0 }),
  'through a window': (x) =>
    x.shape[0]! < 2
      ? x
      : avgPool2d(x.reshape([1, 1, ...x.shape]), { size: [2, 1], stride: 1 }).reshape([x.shape[0]! - 1, x.shape[1]!]),
};

const uses: Record<string, (x: Tensor) => Tensor> = {
  alone: (x) => x,
  'summed over rows': (x) => x.sum({ axis: 0 }),
  'summed over columns': (x) => x.sum({ axis: 1 }),
};

/** f of rows × columns at both ends of the memory against float64. */
async function check(what: string, shape: readonly number[], f: (x: Tensor) => Tensor, near = 0): Promise<void> {
  const data = whole(shape.reduce((a, b) => a * b, 1));
  await setDevice('reference');
  const want = await f(tensor(data, { shape })).data();
  await setDevice('webasm');
  for (const where of ['lowest', 'highest'] as const) {
    const x = lying(data, shape, where);
    const y = f(x);
    const got = await y.data();
    y.dispose();
    if (near === 0)
      expect(Array.from(got), `${what} of [${shape.join()}] at the ${where} address`).toEqual(Array.from(want));
    else got.forEach((v, i) => expect(Math.abs(v - want[i]!), what).toBeLessThan(near * (1 + Math.abs(want[i]!))));
  }
}

const lengths = [
  1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129, 255, 257, 1023, 1024, 1025, 2000,
];

for (const [name, move] of Object.entries(movements))
  test(`${name}: every address lies within the memory, wherever the numbers lie and however long rows are`, async () => {
    for (const [i, n] of lengths.entries()) {
      const [how, use] = Object.entries(uses)[i % 3]!;
      await check(`${name}, ${how}`, [3, n], (x) => use(move(x)));
      await check(`${name}, of columns`, [n, 2], (x) => use(move(x)));
    }
  });

test('so it is for each composition of two', async () => {
  let i = 0;
  for (const [first, f] of Object.entries(movements))
    for (const [second, g] of Object.entries(movements)) {
      const [how, use] = Object.entries(uses)[i % 3]!;
      await check(`${first}, then ${second}, ${how}`, [2, lengths[i++ % lengths.length]!], (x) => use(g(f(x))));
    }
});

test('so it is for any three movements and any length', async () => {
  const move = fc.constantFrom(...Object.keys(movements));
  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...Object.keys(uses)),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 2000 }),
      (names, how, rows, n) =>
        check([...names, how].join(', '), [rows, n], (x) => uses[how]!(names.reduce((y, m) => movements[m]!(y), x))),
    ),
    { numRuns: 60 },
  );
});

test('so it is for what reads flipped, padded or moving windows of more axes', async () => {
  const w = tensor(whole(4 * 3 * 9), { shape: [4, 3, 3, 3] });
  const images = [2, 3, 9, 11];
  const large: Record<string, [readonly number[], (x: Tensor) => Tensor]> = {
    'an axis in the middle, flipped': [[16, 3, 16, 16], (x) => x.flip({ axis: 2 })],
    'softmax of a flip': [[3, 37], (x) => softmax(x.mul(0.01).flip({ axis: 0 }), { axis: 1 })],
    'running sums of a flip': [[5, 70], (x) => cumsum(x.flip({ axis: 0 }), { axis: 1 })],
    'a convolution with padding, of a flip': [images, (x) => conv2d(x.flip({ axis: 2 }), w, { padding: 1, stride: 2 })],
    'a transposed convolution': [
      images,
      (x) => convTranspose2d(x.flip({ axis: 3 }), w.slice([0], [3]).reshape([3, 3, 3, 3]), { stride: 2, padding: 1 }),
    ],
    'a product of flips, by code of our own': [[40, 50], (x) => matmul(x.flip({ axis: 0 }), x.transpose().flip())],
    'sums over many rows, flipped, along strips': [[30, 1100], (x) => x.flip({ axis: 0 }).mul(2).sum({ axis: 0 })],
  };
  for (const [what, [shape, f]] of Object.entries(large)) await check(what, shape, f, 1e-5);
});
