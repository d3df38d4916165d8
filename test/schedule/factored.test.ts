import { expect, test } from 'vitest';
import { explain, setDevice, signDrop, tensor, type SignDropOptions, type Tensor } from '../../src/index.ts';

await setDevice('cpu');

const g = tensor(
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
  { shape: [3, 8] },
);
const h = tensor(Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)));
const draw = tensor(Float32Array.from({ length: 8 }, (_, i) => (i + 0.5) / 8));
const merged = (options: SignDropOptions): Tensor => signDrop({ draw, marginalize: 'none', ...options })(g, h);

/** The loops of the one kernel: those outside of branches stand two spaces from the margin. */
async function loops(options: SignDropOptions): Promise<number> {
  const { steps } = await explain(merged(options));
  expect(steps).toHaveLength(1);
  return steps[0]!.javascript.match(/^ {2}for /gm)!.length;
}

test('the sign of A, which all lanes share, is read once beside lanes that are gone through once', async () => {
  expect(await loops({})).toBe(1);
  expect(await loops({ leak: 0.5 })).toBe(1);
  expect(await loops({ zeroSign: 'drop' })).toBe(1);
  expect(await loops({ zeroSign: 'positive' })).toBe(1);
  expect(await loops({ inputSign: false })).toBe(1);
});

test('what only numbers near the ends of float32 and places where A is 0 need is in branches', async () => {
  const { steps } = await explain(merged({}));
  expect(steps[0]!.javascript.match(/^ {2}if \(!/gm)).toHaveLength(2);
  expect(steps[0]!.javascript.match(/^ {4,}for /gm)).toHaveLength(2);
});
